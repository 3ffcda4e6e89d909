import { fileURLToPath } from 'node:url';

const architectures: Partial<Record<string, string>> = { x64: 'x86_64', arm64: 'arm64' };

/**
 * Path of an object that was built for this machine: `<directory>/<name>.<architecture>.bpf.o`, with `x86_64` or `arm64`.
 *
 * @param directory - usually `new URL('../bpf/', import.meta.url)`
 */
export function objectPath(directory: URL | string, name: string, arch: string = process.arch): string {
  const base = typeof directory === 'string' && !directory.startsWith('file:') ? directory : fileURLToPath(directory);
  return `${base.endsWith('/') ? base : `${base}/`}${name}.${architectures[arch] ?? arch}.bpf.o`;
}
