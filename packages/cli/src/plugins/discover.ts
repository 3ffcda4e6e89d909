import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPackage } from './package-entry.js';
import { type PluginManifest, pluginManifest } from './plugin-manifest.js';

/**
 * Finds the packages with plugins in `node_modules` of a directory and of those above it, then where Sonde itself is
 * installed. The first package of a name wins, as it does when Node imports it.
 */
export function discoverPlugins(directory = process.cwd()): PluginManifest[] {
  const found = new Map<string, PluginManifest>();
  for (const start of [directory, dirname(fileURLToPath(import.meta.url))]) {
    for (let at = start; ; at = dirname(at)) {
      for (const folder of packagesIn(join(at, 'node_modules'))) {
        const installed = readPackage(folder);
        const manifest = installed && pluginManifest(installed);
        if (manifest && !found.has(manifest.name)) found.set(manifest.name, manifest);
      }
      if (dirname(at) === at) break;
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function packagesIn(modules: string): string[] {
  return entries(modules).flatMap((name) => {
    if (name.startsWith('.')) return [];
    if (!name.startsWith('@')) return [join(modules, name)];
    return entries(join(modules, name)).map((inner) => join(modules, name, inner));
  });
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
