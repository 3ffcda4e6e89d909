import { existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ConfigurationError, importHint } from '@sonde/core';
import { findPackage, packageEntry, readPackage } from './package-entry.js';

/** A module that was loaded, and where it was found. */
export interface LoadedModule {
  exports: Record<string, unknown>;
  /** `file:` URL. */
  url: string;
}

/**
 * Loads a plugin's module: by the name of its package (looked for from `directory`, then from where Sonde is installed),
 * or by the path of a file or of a package's folder. TypeScript files are fine.
 *
 * @param what for messages: `parser`, `probe`
 * @throws ConfigurationError `PLUGIN_NOT_FOUND`, `PLUGIN_BROKEN`
 */
export async function loadModule(what: string, specifier: string, directory = process.cwd()): Promise<LoadedModule> {
  const path = locate(what, specifier, directory);
  const url = pathToFileURL(path).href;
  try {
    return { exports: await importFile(path, url), url };
  } catch (cause) {
    throw new ConfigurationError('PLUGIN_BROKEN', `the ${what} '${specifier}' can't be loaded`, {
      cause,
      hint: importHint(cause, path) ?? `Import ${path} with node to see the whole error.`,
    });
  }
}

async function importFile(path: string, url: string): Promise<Record<string, unknown>> {
  if (!/\.[cm]?ts$/.test(path)) return import(url);
  const { createJiti } = await import('jiti');
  // What jiti keeps in the temporary folder could be written there by anybody, and is run by root.
  return createJiti(import.meta.url, { fsCache: false }).import(path);
}

function locate(what: string, specifier: string, directory: string): string {
  const path = resolve(directory, specifier);
  if (specifier.startsWith('.') || isAbsolute(specifier) || existsSync(path)) {
    return locateFile(path) ?? notFound(what, specifier, `There is no module at '${path}'.`);
  }
  for (const from of [directory, dirname(fileURLToPath(import.meta.url))]) {
    const found = findPackage(specifier, from);
    const entry = found === null ? null : packageEntry(found);
    if (entry !== null) return entry;
  }
  return notFound(what, specifier, `Install it beside your project: npm install ${specifier}`);
}

function locateFile(path: string): string | null {
  if (!existsSync(path)) return null;
  if (!statSync(path).isDirectory()) return path;
  const found = readPackage(path);
  if (found !== null) return packageEntry(found);
  const index = join(path, 'index.js');
  return existsSync(index) ? index : null;
}

function notFound(what: string, specifier: string, hint: string): never {
  throw new ConfigurationError('PLUGIN_NOT_FOUND', `the ${what} '${specifier}' is not installed`, { hint });
}
