#!/usr/bin/env node
/**
 * Compiles every bpf/PROBE/NAME.bpf.c, for x86_64 and arm64, to packages/probe-PROBE/bpf/NAME.ARCH.bpf.o (bpf/process is
 * core's). The objects hold BTF and no DWARF, and no path of this machine. What hasn't changed isn't compiled again.
 *
 *   node scripts/build-bpf.mjs [ROOT]      (default: the repository)
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { die, output, say } from './lib/run.mjs';

const root = process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url)));
const sources = join(root, 'bpf');
const stamps = join(root, '.build', 'bpf');

/** Names of the architectures in file names, and of their macro in libbpf's headers. */
const ARCHITECTURES = { x86_64: 'x86', arm64: 'arm64' };
const FLAGS = [
  '-target',
  'bpf',
  '-mcpu=v3',
  '-O2',
  '-g',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-Wno-unused-parameter',
  '-Wno-sign-compare',
];
/** Kernel headers name asm/types.h, which Debian keeps apart for each architecture; any will do for programs. */
const MULTIARCH = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((name) => `/usr/include/${name}`);

const newestFirst = ['', ...Array.from({ length: 12 }, (_, i) => `-${25 - i}`)];

function findCompiler() {
  const names = process.env.CLANG
    ? [process.env.CLANG]
    : ['clang-16', ...newestFirst.map((suffix) => `clang${suffix}`)];
  for (const name of names) {
    if (!output(name, ['--print-targets'])?.includes('bpf')) continue;
    const version = output(name, ['--version']).split('\n')[0];
    const suffix = /-\d+$/.exec(name)?.[0] ?? '';
    const strip = [`llvm-strip${suffix}`, 'llvm-strip'].find((candidate) => output(candidate, ['--version']) !== null);
    if (!strip) die(`${name} is here, but no llvm-strip: apt-get install llvm${suffix}`, 3);
    return { clang: name, strip, version };
  }
  return die(`no clang that compiles for eBPF (tried ${names.join(', ')}): apt-get install clang-16 llvm-16`, 3);
}

function filesBelow(directory, pattern) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true })
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => join(directory, name));
}

function objects() {
  const found = [];
  for (const source of filesBelow(sources, /^[^/]+\/[^/]+\.bpf\.c$/)) {
    const [folder, file] = relative(sources, source).split('/');
    const target = join(root, 'packages', folder === 'process' ? 'core' : `probe-${folder}`, 'bpf');
    for (const arch of Object.keys(ARCHITECTURES)) {
      const object = join(target, file.replace(/\.bpf\.c$/, `.${arch}.bpf.o`));
      found.push({ source, folder: join(sources, folder), arch, object });
    }
  }
  return found;
}

/** Everything that may change the object. */
function fingerprint({ source, folder, arch }, compiler) {
  const hash = createHash('sha256').update(JSON.stringify([compiler.version, FLAGS, arch, relative(root, source)]));
  for (const file of [source, ...filesBelow(folder, /\.h$/), ...filesBelow(join(sources, 'include'), /\.h$/)]) {
    hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function compile({ source, arch, object }, { clang, strip }) {
  const partial = `${object}.${process.pid}`;
  const include = MULTIARCH.filter(existsSync).flatMap((path) => ['-idirafter', path]);
  const args = [
    ...FLAGS,
    `-D__TARGET_ARCH_${ARCHITECTURES[arch]}`,
    // Relative names only: the same sources give the same bytes wherever they lie.
    '-fdebug-compilation-dir=.',
    '-Ibpf/include',
    ...include,
    '-c',
    relative(root, source),
    '-o',
    partial,
  ];
  mkdirSync(dirname(object), { recursive: true });
  for (const [command, ...rest] of [
    [clang, ...args],
    [strip, '-g', partial],
  ]) {
    const result = spawnSync(command, rest, { cwd: root, encoding: 'utf8' });
    if (result.status === 0) continue;
    process.stderr.write(result.stderr ?? '');
    rmSync(partial, { force: true });
    die(`${relative(root, source)} doesn't compile for ${arch} (${command}, status ${result.status})`);
  }
  renameSync(partial, object);
}

const compiler = findCompiler();
if (!existsSync('/usr/include/bpf/bpf_helpers.h')) die("libbpf's headers are missing: apt-get install libbpf-dev", 3);
mkdirSync(stamps, { recursive: true });
let compiled = 0;
const all = objects();
for (const item of all) {
  const stamp = join(stamps, relative(root, item.object).replaceAll('/', '_'));
  const print = fingerprint(item, compiler);
  if (existsSync(item.object) && existsSync(stamp) && readFileSync(stamp, 'utf8') === print) continue;
  compile(item, compiler);
  writeFileSync(stamp, print);
  compiled++;
}
if (compiled > 0) say(`build: ${compiled} of ${all.length} eBPF objects compiled (${compiler.version})`);
