#!/usr/bin/env node
/**
 * Installs what is missing, and says what: Debian packages by group, then the npm packages. Plain Node, since nothing is
 * installed yet when it runs.
 *
 *   node scripts/setup.mjs [build] [demo] [test]      (without a group: build)
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { die, has, output, run, say } from './lib/run.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Debian packages by what they are for; each with a command or file that shows that it is there. */
const PACKAGES = {
  build: [
    ['clang-16', 'clang-16'],
    ['llvm-16', 'llvm-strip-16'],
    ['libbpf-dev', '/usr/include/bpf/bpf_helpers.h'],
    ['libbpf1', '/usr/lib/x86_64-linux-gnu/libbpf.so.1', '/usr/lib/aarch64-linux-gnu/libbpf.so.1'],
  ],
  demo: [
    ['nginx', 'nginx'],
    ['redis-server', 'redis-server'],
    ['postgresql', '/usr/lib/postgresql'],
    ['iproute2', 'ip'],
  ],
  libbpf: [
    ['make', 'make'],
    ['autoconf', 'autoreconf'],
    ['automake', 'automake'],
    ['autopoint', 'autopoint'],
    ['bison', 'bison'],
    ['flex', 'flex'],
    ['gawk', 'gawk'],
    ['libtool', 'libtoolize'],
    ['gettext', 'gettext'],
    ['pkg-config', 'pkg-config'],
  ],
  test: [
    ['mariadb-server', 'mariadbd'],
    ['redis-tools', 'redis-cli'],
    ['dnsmasq', 'dnsmasq'],
    ['memcached', 'memcached'],
    ['clickhouse-server', 'clickhouse-server'],
    ['clickhouse-client', 'clickhouse-client'],
    ['python3-clickhouse-driver', '/usr/lib/python3/dist-packages/clickhouse_driver'],
    ['freetds-bin', 'tsql'],
    ['nats-server', 'nats-server'],
    ['mosquitto', 'mosquitto'],
    ['rabbitmq-server', '/usr/lib/rabbitmq/bin/rabbitmq-server'],
    ['wrk', 'wrk'],
    ['nftables', 'nft'],
    ['conntrack', 'conntrack'],
    ['gcc', 'gcc'],
    ['libc6-dev', '/usr/include/stdio.h'],
    ['python3', 'python3'],
    ['python3-venv', '/usr/lib/python3.11/ensurepip', '/usr/lib/python3.13/ensurepip'],
    ['python3-thrift', '/usr/lib/python3/dist-packages/thrift'],
    ['thrift-compiler', 'thrift'],
    ['python3-grpcio', '/usr/lib/python3/dist-packages/grpc'],
    ['openjdk-17-jdk-headless', 'javac'],
    ['maven', 'mvn'],
    ['php8.2-fpm', 'php-fpm8.2'],
    ['libfcgi-bin', 'cgi-fcgi'],
    ['busybox-static', 'busybox'],
    ['qemu-system-x86', 'qemu-system-x86_64'],
    ['cpio', 'cpio'],
    ['binutils', 'strip'],
    ['xz-utils', 'xz'],
    ['prometheus', 'promtool'],
    ['tshark', 'tshark'],
    ['git', 'git'],
    ['openssl', 'openssl'],
    ['kmod', 'kmod'],
  ],
};

const there = (probe) => (probe.startsWith('/') ? existsSync(probe) : has(probe));

/** Installs the packages of the groups that are missing. */
export async function installPackages(groups) {
  const wanted = groups.flatMap((group) => PACKAGES[group] ?? die(`unknown group '${group}'`, 2));
  const missing = wanted.filter(([, ...probes]) => !probes.some(there)).map(([name]) => name);
  if (missing.length === 0) return;
  say(`setup: installing Debian packages: ${missing.join(' ')}`);
  if (!has('apt-get')) die(`these packages are missing, and there is no apt-get to install them: ${missing.join(' ')}`);
  if (process.getuid() !== 0) die(`installing packages needs root; run: apt-get install ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  try {
    // The packages' services must not start: the tests start servers of their own, on ports of their own.
    if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    await run('apt-get', ['-qq', 'update'], quiet);
    await run('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...missing], quiet);
  } catch (error) {
    die(`installing Debian packages failed: ${error.message}`);
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}

/** Installs the npm packages unless they are those of the lock file. */
export async function installModules() {
  const stamp = join(root, 'node_modules', '.sonde-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('setup: installing npm packages');
  try {
    // Not `npm ci`: it refuses a lock file without the optional packages of platforms that a mirror doesn't carry.
    await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root });
  } catch (error) {
    die(`installing npm packages failed: ${error.message}`);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lock);
}

/** Builds the BPF objects and the packages; turbo and the object cache make a second call cheap. */
export async function build() {
  say('setup: building');
  try {
    await run('npm', ['run', '--silent', 'build'], {
      cwd: root,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
    });
  } catch (error) {
    die(`the build failed: ${error.message}`);
  }
}

/** Refuses machines on which nothing can work. */
export function checkMachine() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    die(`Node 20.19 or newer is needed; this is ${process.versions.node}`);
  if (process.platform !== 'linux') die('Sonde observes Linux kernels; this is not one');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  checkMachine();
  const groups = process.argv.slice(2);
  await installPackages(groups.length > 0 ? groups : ['build']);
  await installModules();
  await build();
  say(
    `setup: done (Node ${process.versions.node}, ${output('clang-16', ['--version'])?.split('\n')[0] ?? 'no clang'})`,
  );
}
