import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Environment variable with the path of the libbpf to use. */
export const libraryVariable = 'SONDE_LIBBPF';

/**
 * Where libbpf may be, best first: what `SONDE_LIBBPF` names (and then nothing else), the one that a platform package
 * brings (`@sonde/libbpf-linux-x64`, `-arm64`), the system's.
 */
export function libraryCandidates(environment: NodeJS.ProcessEnv = process.env, arch: string = process.arch): string[] {
  const override = environment[libraryVariable];
  if (override) return [override];
  const bundled = bundledLibrary(`@sonde/libbpf-linux-${arch}`);
  return bundled ? [bundled, 'libbpf.so.1'] : ['libbpf.so.1'];
}

function bundledLibrary(packageName: string): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
    const path = join(dirname(manifest), 'lib', 'libbpf.so.1');
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}
