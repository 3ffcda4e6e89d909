import type { InstalledPackage } from './package-entry.js';

/** Keyword by which packages with plugins are found. */
export const PLUGIN_KEYWORD = 'sonde-plugin';

/** What a package offers: names of plugins, by their kind. */
export interface PluginManifest {
  name: string;
  version: string;
  directory: string;
  probes: readonly string[];
  protocols: readonly string[];
  exporters: readonly string[];
  processors: readonly string[];
}

/**
 * What a package's manifest says of its plugins, or null if it has none. A plugin package has the keyword `sonde-plugin`,
 * and lists what it offers under `sonde`: `{ "probes": ["l7"], "protocols": ["line"] }`.
 */
export function pluginManifest({ directory, manifest }: InstalledPackage): PluginManifest | null {
  if (!Array.isArray(manifest.keywords) || !manifest.keywords.includes(PLUGIN_KEYWORD)) return null;
  const offers = (manifest.sonde ?? {}) as Record<string, unknown>;
  return {
    name: String(manifest.name ?? ''),
    version: String(manifest.version ?? '0.0.0'),
    directory,
    probes: names(offers.probes),
    protocols: names(offers.protocols),
    exporters: names(offers.exporters),
    processors: names(offers.processors),
  };
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];
}
