import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ObjectSpec } from '@sonde/ebpf';

const sources = fileURLToPath(new URL('../bpf/', import.meta.url));
const output = fileURLToPath(new URL('../../../../.build/ebpf-test/', import.meta.url));
/** The kernel's name of a processor, and where Debian keeps its headers. */
const targets: Partial<Record<string, [name: string, headers: string]>> = {
  x64: ['x86', '/usr/include/x86_64-linux-gnu'],
  arm64: ['arm64', '/usr/include/aarch64-linux-gnu'],
};

/** Opens an object of `test/bpf`, compiled for this machine where its source changed. */
export function testObject(name: 'ring' | 'maps' | 'attach' | 'rejected' | 'usdt'): ObjectSpec {
  const source = `${sources}${name}.bpf.c`;
  const object = `${output}${name}.bpf.o`;
  const changed = Math.max(statSync(source).mtimeMs, statSync(`${sources}kernel-types.h`).mtimeMs);
  if (!existsSync(object) || statSync(object).mtimeMs < changed) compile(source, object);
  return ObjectSpec.open(object);
}

function compile(source: string, object: string): void {
  mkdirSync(output, { recursive: true });
  const [arch, headers] = targets[process.arch] ?? [process.arch, '/usr/include'];
  const unfinished = `${object}.${process.pid}`;
  const options = ['-O2', '-g', '-Wall', '-Werror', '-target', 'bpf', `-D__TARGET_ARCH_${arch}`, '-idirafter', headers];
  execFileSync(process.env['CLANG'] ?? 'clang-16', [...options, '-c', source, '-o', unfinished]);
  renameSync(unfinished, object);
}
