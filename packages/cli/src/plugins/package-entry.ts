import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** An installed package. */
export interface InstalledPackage {
  directory: string;
  /** What its package.json says. */
  manifest: Record<string, unknown>;
}

/** Conditions by which a Node program that imports a package picks among its exports. */
const CONDITIONS = new Set(['node', 'import', 'module-sync', 'default']);

/** Finds a package as Node would: in `node_modules` of a directory, or of those above it. Null if it isn't installed. */
export function findPackage(name: string, from: string): InstalledPackage | null {
  for (let directory = from; ; directory = dirname(directory)) {
    const found = readPackage(join(directory, 'node_modules', name));
    if (found !== null) return found;
    if (dirname(directory) === directory) return null;
  }
}

/** Reads a package's manifest; null if there is none, or none that can be read. */
export function readPackage(directory: string): InstalledPackage | null {
  const file = join(directory, 'package.json');
  if (!existsSync(file)) return null;
  try {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    return manifest !== null && typeof manifest === 'object' ? { directory, manifest } : null;
  } catch {
    return null;
  }
}

/** The module that `import 'package'` loads, or null if the package has none. */
export function packageEntry({ directory, manifest }: InstalledPackage): string | null {
  const main = manifest.exports === undefined ? (manifest.main ?? 'index.js') : pick(rootOf(manifest.exports));
  if (typeof main !== 'string') return null;
  const path = join(directory, main);
  return existsSync(path) ? path : null;
}

function rootOf(exported: unknown): unknown {
  const keyed = exported as Record<string, unknown> | null;
  return keyed !== null && typeof keyed === 'object' && '.' in keyed ? keyed['.'] : exported;
}

/** The first condition that holds, in the order of the manifest. */
function pick(target: unknown): string | null {
  if (typeof target === 'string') return target;
  if (Array.isArray(target)) return target.map(pick).find((path) => path !== null) ?? null;
  if (target === null || typeof target !== 'object') return null;
  for (const [condition, value] of Object.entries(target)) {
    const path = CONDITIONS.has(condition) ? pick(value) : null;
    if (path !== null) return path;
  }
  return null;
}
