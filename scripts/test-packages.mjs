#!/usr/bin/env node
/**
 * Installs the packed tarballs in an empty project and uses them there: no sources, no clang, and (second run) no libbpf
 * of the system. Then makes a package of each kind with the packed create-sonde, and tests and uses those.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFolders } from './lib/files.mjs';
import { say } from './lib/run.mjs';
import { testCreatedPackages } from './packages/created.mjs';
import { root } from './setup.mjs';

let passed = 0;
let failed = 0;
let skipped = 0;

function test(name, body) {
  try {
    const reason = body();
    if (typeof reason === 'string') {
      skipped++;
      console.log(`SKIPPED ${name}: ${reason}`);
    } else {
      passed++;
      console.log(`ok     ${name}`);
    }
  } catch (error) {
    failed++;
    console.log(`FAILED ${name}: ${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`);
  }
}

function assert(condition, message) {
  if (!condition) throw new Error(message);
}

const scratch = mkdtempSync(join(tmpdir(), 'sonde-packages-'));
const project = join(scratch, 'project');
const tarballs = join(project, 'tarballs');
mkdirSync(tarballs, { recursive: true });

/** Runs a command in a folder. */
function runIn(cwd, command, args, env = {}) {
  const result = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: 240_000,
    maxBuffer: 64 << 20,
    env: { ...process.env, ...env },
  });
  if (result.status !== 0)
    throw Object.assign(new Error(`${command} ${args.join(' ')}: ${result.signal ?? result.status}`), result);
  return result;
}

/** Runs a command in the project. */
function inProject(command, args, env = {}) {
  return runIn(project, command, args, env);
}

try {
  const published = packageFolders(root).filter((name) => {
    const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
    return (
      !manifest.private &&
      (!name.startsWith('libbpf-') || existsSync(join(root, 'packages', name, 'lib', 'libbpf.so.1')))
    );
  });
  const workspaces = published.flatMap((name) => ['-w', `packages/${name}`]);
  execFileSync('npm', ['pack', '--silent', '--pack-destination', tarballs, ...workspaces], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const packed = readdirSync(tarballs);

  test('the tarball of probe-l7 holds its BPF objects and no sources', () => {
    const archive = packed.find((file) => file.startsWith('sonde-probe-l7-'));
    const listed = execFileSync('tar', ['tzf', join(tarballs, archive)], { encoding: 'utf8' });
    for (const arch of ['x86_64', 'arm64']) assert(listed.includes(`.${arch}.bpf.o`), `no object for ${arch}`);
    assert(!/package\/src\//.test(listed), 'it holds sources');
  });

  test('an empty project installs all tarballs without running a script', () => {
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'embedder', private: true, type: 'module' }));
    inProject('npm', [
      'install',
      '--silent',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      ...packed.map((file) => `./tarballs/${file}`),
    ]);
  });

  copyFileSync(join(root, 'scripts/packages/embed.mjs'), join(project, 'embed.mjs'));
  for (const workers of ['0', '1']) {
    test(`an embedding program prints the spans of a real server (workers: ${workers})`, () => {
      const { stdout } = inProject(process.execPath, ['embed.mjs', workers]);
      const lines = stdout.trim().split('\n');
      assert(lines.length === 5 && lines.every((line) => line.startsWith('http1 GET')), `it printed:\n${stdout}`);
    });
  }

  test('the installed command says what it is and what the kernel allows', () => {
    assert(/\d+\.\d+/.test(inProject('npx', ['--no-install', 'sonde', '--version']).stdout), 'no version');
    assert(inProject('npx', ['--no-install', 'sonde', 'doctor']).stdout.length > 200, 'doctor said little');
  });

  test('it works on a machine that has no libbpf', () => {
    if (!published.some((name) => name.startsWith('libbpf-')))
      return 'the platform package is not built; npm run build:libbpf makes it';
    // A mount namespace of its own, in which the system's libbpf and libelf are empty files.
    const hide =
      "for f in $(find /usr/lib /lib -name 'libbpf.so*' -o -name 'libelf.so*' -o -name 'libelf-*.so' 2>/dev/null); do mount --bind /dev/null \"$f\" 2>/dev/null; done";
    const { stdout } = inProject('unshare', ['-m', 'sh', '-c', `${hide}; exec ${process.execPath} embed.mjs 0`]);
    assert(stdout.trim().split('\n').length === 5, `it printed:\n${stdout}`);
  });

  testCreatedPackages({ test, assert, project, runIn });
} catch (error) {
  failed++;
  say(`packages: ${error.message}`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`packages: ${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed > 0 ? 1 : 0);
