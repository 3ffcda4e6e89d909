#!/usr/bin/env node
/**
 * Builds `packages/libbpf-linux-x64/lib/libbpf.so.1` from the sources that the crate `libbpf-sys` carries: libbpf, libelf
 * and zlib in one shared library, so that a machine needs no libbpf of its own.
 *
 *   node scripts/build-libbpf.mjs [--force]
 *
 * Takes half a minute of one core, and skips everything when the library is up to date.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { die, has, output, run, say } from './lib/run.mjs';

/** Not 1.7.0, which lays out arguments of static probes otherwise than the usdt.bpf.h of every version before it. */
const CRATE = '1.6.3';
/** Commands that the build calls, with the Debian package of each. */
const TOOLS = {
  gcc: 'gcc',
  make: 'make',
  autoreconf: 'autoconf',
  automake: 'automake',
  autopoint: 'autopoint',
  bison: 'bison',
  flex: 'flex',
  gawk: 'gawk',
  libtoolize: 'libtool',
  gettext: 'gettext',
  'pkg-config': 'pkg-config',
};

const script = fileURLToPath(import.meta.url);
const root = dirname(dirname(script));
const work = join(root, '.build', 'libbpf', CRATE);
const library = join(root, 'packages', 'libbpf-linux-x64', 'lib', 'libbpf.so.1');
const stampFile = join(work, 'stamp');

if (process.platform !== 'linux' || process.arch !== 'x64') {
  die(`build-libbpf builds for linux-x64, and this is ${process.platform}-${process.arch}`);
}
if (!process.argv.includes('--force') && isUpToDate()) {
  say('libbpf: up to date');
  process.exit(0);
}
checkTools();
say(`libbpf: building ${CRATE} from the crate libbpf-sys (about half a minute)`);
const crate = await buildCrate();
await link(crate);
writeFileSync(stampFile, stamp());
say(`libbpf: ${library} (${Math.round(statSync(library).size / 1024)} KiB)`);

/** The recipe and its result: either changes, the library is built again. */
function stamp() {
  const hash = createHash('sha256');
  return hash.update(readFileSync(script)).update(readFileSync(library)).digest('hex');
}

function isUpToDate() {
  return existsSync(library) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp();
}

function checkTools() {
  if (!has('cargo')) die('build-libbpf needs cargo (Rust 1.70 or newer) to fetch and build the crate libbpf-sys');
  const missing = Object.keys(TOOLS).filter((tool) => !has(tool));
  if (missing.length > 0) {
    die(`build-libbpf needs ${missing.join(', ')}: apt-get install ${missing.map((tool) => TOOLS[tool]).join(' ')}`);
  }
}

/** Builds the three static libraries; returns where they and the sources are. */
async function buildCrate() {
  mkdirSync(join(work, 'src'), { recursive: true });
  writeFileSync(join(work, 'src', 'lib.rs'), '');
  writeFileSync(
    join(work, 'Cargo.toml'),
    `[package]
name = "build-libbpf"
version = "0.0.0"
edition = "2021"

[dependencies]
libbpf-sys = { version = "=${CRATE}", features = ["vendored"] }

[workspace]
`,
  );
  const options = { cwd: work, env: { ...process.env, CARGO_TARGET_DIR: join(work, 'target') } };
  await run('cargo', ['build', '--release', '--quiet'], options).catch((error) => {
    die(`building libbpf-sys ${CRATE} failed: ${error.message}`);
  });
  const metadata = JSON.parse(
    output('cargo', ['metadata', '--format-version=1', '--offline', `--manifest-path=${join(work, 'Cargo.toml')}`]),
  );
  const sources = dirname(metadata.packages.find((entry) => entry.name === 'libbpf-sys').manifest_path);
  const builds = join(work, 'target', 'release', 'build');
  const folder = readdirSync(builds)
    .map((name) => join(builds, name, 'out'))
    .find((path) => existsSync(join(path, 'libbpf.a')));
  return { sources, archives: folder };
}

/**
 * Links them. libbpf's own version script keeps the symbols of libelf and zlib inside: Node exports a zlib of its own,
 * and the two must not meet.
 */
async function link({ sources, archives }) {
  const at = (name) => join(archives, name);
  const draft = join(work, 'libbpf.so.1');
  await run('gcc', [
    ...['-shared', '-s', '-o', draft, '-Wl,-soname,libbpf.so.1'],
    `-Wl,--version-script=${join(sources, 'libbpf', 'src', 'libbpf.map')}`,
    ...['-Wl,-Bsymbolic', '-Wl,-z,defs', '-Wl,-z,relro,-z,now', '-Wl,--gc-sections'],
    ...['-Wl,--whole-archive', at('libbpf.a'), '-Wl,--no-whole-archive', at('libelf.a'), at('libz.a')],
  ]).catch((error) => die(error.message));
  mkdirSync(dirname(library), { recursive: true });
  renameSync(draft, library);
}
