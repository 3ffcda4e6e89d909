import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { createJiti } from 'jiti';

/**
 * Imports a module of the user's: JavaScript by Node, TypeScript by Node where it strips types (22.18 and later), else
 * by jiti, which leaves packages to Node. jiti's cache stays off: it would lie in a folder that everybody may write to,
 * under names that can be foreseen, and an agent runs as root.
 */
export async function importModule(path: string): Promise<Record<string, unknown>> {
  const { href } = pathToFileURL(path);
  if (!/\.[cm]?ts$/.test(path) || stripsTypes()) return (await import(href)) as Record<string, unknown>;
  return createJiti(href, { interopDefault: false, moduleCache: false, fsCache: false }).import(href);
}

/** Where a package lies that is named in a file. @throws if it isn't installed there */
export function resolvePackage(name: string, from: string): string {
  return createRequire(from).resolve(name);
}

function stripsTypes(): boolean {
  return Boolean((process.features as { typescript?: unknown }).typescript);
}
