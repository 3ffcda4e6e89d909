import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const INIT = `#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t tracefs tracefs /sys/kernel/tracing
/bin/busybox mount -t cgroup2 cgroup2 /sys/fs/cgroup
/bin/busybox mount -t tmpfs tmpfs /tmp
/bin/busybox ifconfig lo 127.0.0.1 up
export PATH=/bin HOME=/tmp
cd /app
/bin/node guest.mjs
echo "guest ended with status $?"
/bin/busybox poweroff -f
`;

/** Modules that translate addresses, in the order in which they can be loaded. */
const MODULES = [
  ...['libcrc32c', 'nf_defrag_ipv4', 'nf_defrag_ipv6', 'nf_conntrack', 'nf_nat'],
  ...['nfnetlink', 'nf_tables', 'nft_chain_nat', 'nft_redir'],
];

/** Keeps the modules of an unpacked kernel package in `modules/`, unpacked and numbered. */
function keepModules(target) {
  mkdirSync(join(target, 'modules'));
  for (const file of readdirSync(target, { recursive: true })) {
    const [, name, compressed] = /^(?:usr\/)?lib\/modules\/.*\/([^/]+)\.ko(\.xz)?$/.exec(file) ?? [];
    if (!MODULES.includes(name)) continue;
    const path = join(target, 'modules', `${MODULES.indexOf(name)}-${name}.ko`);
    cpSync(join(target, file), compressed ? `${path}.xz` : path);
    if (compressed) execFileSync('xz', ['--decompress', `${path}.xz`]);
  }
}

/** Downloads and unpacks the newest Debian cloud kernel of a series (`6.1`); returns the path of its image. */
export function kernelImage(folder, series) {
  const pattern = `^linux-image-${series.replace('.', '\\.')}\\.[^ ]*cloud-amd64$`;
  const names = execFileSync('apt-cache', ['search', '--names-only', pattern], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.split(' ')[0])
    .filter((name) => name.startsWith('linux-image-'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const newest = names.at(-1);
  if (!newest) throw new Error(`no package of a ${series} cloud kernel; run apt-get update`);
  const target = join(folder, newest);
  if (!existsSync(join(target, 'modules'))) {
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target, { recursive: true });
    execFileSync('apt-get', ['-qq', 'download', newest], { cwd: target, stdio: ['ignore', 'ignore', 'ignore'] });
    const archive = readdirSync(target).find((file) => file.endsWith('.deb'));
    execFileSync('dpkg', ['-x', archive, '.'], { cwd: target });
    keepModules(target);
    rmSync(join(target, archive));
    rmSync(join(target, 'lib'), { recursive: true, force: true });
  }
  const image = readdirSync(join(target, 'boot')).find((file) => file.startsWith('vmlinuz'));
  return join(target, 'boot', image);
}

/** Shared libraries that a file needs, with the loader. */
function libraries(file) {
  const listed = execFileSync('ldd', [file], { encoding: 'utf8' });
  return [...listed.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1]);
}

/** Copies a file with the libraries that it needs, each under its own path. */
function copyWithLibraries(root, file, as = file) {
  const place = (from, to) => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    cpSync(realpathSync(from), join(root, to));
  };
  place(file, as);
  for (const library of libraries(file)) place(library, library);
}

/** Folders of the npm packages that a workspace package needs at run time, found by walking the manifests. */
export function runtimePackages(root, names) {
  const folders = new Map();
  const visit = (name, from) => {
    if (folders.has(name)) return;
    let folder = null;
    for (let at = from; at !== dirname(at) && folder === null; at = dirname(at)) {
      if (existsSync(join(at, 'node_modules', name, 'package.json')))
        folder = realpathSync(join(at, 'node_modules', name));
    }
    if (folder === null) return; // an optional dependency of another platform
    folders.set(name, folder);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies })) visit(dependency, folder);
  };
  for (const name of names) visit(name, root);
  return folders;
}

/** Builds an initramfs of Node, the built packages, the guest program and a kernel's modules; returns its path. */
export function buildImage(root, folder, kernel) {
  const image = join(folder, 'root');
  rmSync(image, { recursive: true, force: true });
  for (const name of ['bin', 'proc', 'sys', 'dev', 'tmp', 'app/objects'])
    mkdirSync(join(image, name), { recursive: true });
  cpSync(execFileSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).trim(), join(image, 'bin/busybox'));
  copyWithLibraries(image, process.execPath, '/bin/node');
  execFileSync('strip', [join(image, 'bin/node')]);
  for (const library of ['/usr/lib/x86_64-linux-gnu/libbpf.so.1']) copyWithLibraries(image, library);
  copyWithLibraries(image, execFileSync('sh', ['-c', 'command -v nft'], { encoding: 'utf8' }).trim(), '/bin/nft');
  cpSync(join(dirname(dirname(kernel)), 'modules'), join(image, 'modules'), { recursive: true });
  const packages = ['core', 'ebpf', 'probe-flowtracer', 'probe-l7'].map((name) => `@sonde/${name}`);
  for (const [name, from] of runtimePackages(root, packages)) {
    // koffi runs from its `src`; ours are built to `dist`.
    const unneeded = name.startsWith('@sonde/') ? /^\/(node_modules|src|test)$/ : /^\/node_modules$/;
    cpSync(from, join(image, 'app/node_modules', name), {
      recursive: true,
      filter: (path) => !unneeded.test(path.slice(from.length)) && !/\.(map|d\.ts|d\.cts|md)$/.test(path),
    });
  }
  for (const name of readdirSync(join(root, 'packages'))) {
    const objects = join(root, 'packages', name, 'bpf');
    if (!existsSync(objects)) continue;
    for (const file of readdirSync(objects)) {
      if (file.endsWith('.x86_64.bpf.o')) cpSync(join(objects, file), join(image, 'app/objects', basename(file)));
    }
  }
  const compile = [
    '-O2',
    '-g',
    '-target',
    'bpf',
    '-I/usr/include/x86_64-linux-gnu',
    '-c',
    join(root, 'scripts/kernels/links.bpf.c'),
  ];
  execFileSync('clang-16', [...compile, '-o', join(image, 'app/links.x86_64.bpf.o')]);
  for (const name of ['guest.mjs', 'workload.mjs'])
    cpSync(join(root, 'scripts/kernels', name), join(image, 'app', name));
  writeFileSync(join(image, 'init'), INIT, { mode: 0o755 });
  const archive = join(folder, 'image.cpio');
  execFileSync('sh', ['-c', `find . | cpio -o -H newc --quiet > ${archive}`], { cwd: image });
  return archive;
}
