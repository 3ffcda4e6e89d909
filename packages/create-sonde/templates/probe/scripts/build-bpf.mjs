// Compiles src/*.bpf.c to bpf/*.bpf.o. The package carries the object, so that only its author needs clang.
//
//   node scripts/build-bpf.mjs [--if-possible]      (with it, a machine without clang is no error)
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';

const versions = ['', ...Array.from({ length: 12 }, (_, index) => `-${25 - index}`)];
const names = process.env.CLANG ? [process.env.CLANG] : versions.map((version) => `clang${version}`);
const clang = names.find((name) => spawnSync(name, ['--print-targets'], { encoding: 'utf8' }).stdout?.includes('bpf'));
if (clang === undefined) {
  const optional = process.argv.includes('--if-possible');
  console.error(`${optional ? 'the BPF object is not built' : 'error'}: there is no clang that compiles for eBPF`);
  console.error('hint: apt-get install clang libbpf-dev, dnf install clang libbpf-devel, or set CLANG');
  process.exit(optional ? 0 : 3);
}

// Kernel headers name asm/types.h, which Debian keeps apart for each architecture.
const includes = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((name) => `-I/usr/include/${name}`);
const flags = ['-target', 'bpf', '-mcpu=v3', '-O2', '-g', '-Wall', '-Werror', ...includes];
mkdirSync('bpf', { recursive: true });
for (const source of readdirSync('src').filter((name) => name.endsWith('.bpf.c'))) {
  const { status } = spawnSync(clang, [...flags, '-c', `src/${source}`, '-o', `bpf/${source.replace(/c$/, 'o')}`], {
    stdio: 'inherit',
  });
  if (status !== 0) {
    console.error(`error: ${clang} does not compile src/${source}`);
    console.error('hint: bpf/bpf_helpers.h and linux/bpf.h come with libbpf-dev (libbpf-devel) and the kernel headers of libc');
    process.exit(1);
  }
}
