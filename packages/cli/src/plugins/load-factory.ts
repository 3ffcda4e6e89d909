import { ConfigurationError, type Exporter, nearestName, type Probe } from '@sonde/core';
import { discoverPlugins } from './discover.js';
import { loadModule } from './load-module.js';
import type { PluginManifest } from './plugin-manifest.js';

/** A plugin that comes from a factory. */
type Made = Probe | Exporter;

/**
 * Makes a probe by its name, with its default options or those given: from whichever installed package offers it.
 *
 * @throws ConfigurationError `PROBE_UNKNOWN`, `PLUGIN_BROKEN`, `PLUGIN_INVALID`
 */
export async function makeProbe(name: string, options: unknown = {}): Promise<Probe> {
  return (await make('probe', name, options)) as Probe;
}

/**
 * Makes an exporter by its name.
 *
 * @throws ConfigurationError `EXPORTER_UNKNOWN`, `PLUGIN_BROKEN`, `PLUGIN_INVALID`
 */
export async function makeExporter(name: string, options: unknown = {}): Promise<Exporter> {
  return (await make('exporter', name, options)) as Exporter;
}

async function make(kind: 'probe' | 'exporter', name: string, options: unknown): Promise<Made> {
  const plugins = discoverPlugins();
  const list = (plugin: (typeof plugins)[number]) => (kind === 'probe' ? plugin.probes : plugin.exporters);
  const plugin = plugins.find((candidate) => list(candidate).includes(name));
  if (!plugin) throw unknown(kind, name, plugins.flatMap(list));
  return makeFrom(plugin, kind, name, options);
}

async function makeFrom(plugin: PluginManifest, kind: 'probe' | 'exporter', name: string, options: unknown) {
  const { exports } = await loadModule(kind, plugin.directory);
  for (const exported of candidates(exports, kind, name)) {
    const made: unknown = typeof exported === 'function' ? exported(options) : exported;
    if (isMade(made, kind) && made.definition.name === name) return made;
  }
  throw new ConfigurationError('PLUGIN_INVALID', `'${plugin.name}' exports no factory of the ${kind} '${name}'`, {
    hint: `Its default export, or one named '${camelCase(name)}', should be what define${kind === 'probe' ? 'Probe' : 'Exporter'}({…}) returns.`,
  });
}

/** Exports that may be the factory: only these are called, since a module may export functions that do other things. */
function candidates(exports: Record<string, unknown>, kind: string, name: string): unknown[] {
  const camel = camelCase(name);
  const suffixed = `${camel}${kind[0]!.toUpperCase()}${kind.slice(1)}`;
  return ['default', camel, suffixed, kind].map((key) => exports[key]).filter((value) => value !== undefined);
}

function isMade(value: unknown, kind: string): value is Made {
  return (value as Made | null | undefined)?.kind === kind;
}

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function unknown(kind: string, name: string, known: string[]): ConfigurationError {
  const nearest = nearestName(name, known);
  const installed = known.length > 0 ? `Installed: ${[...new Set(known)].sort().join(', ')}.` : 'None is installed.';
  return new ConfigurationError(`${kind.toUpperCase()}_UNKNOWN`, `there is no ${kind} '${name}'`, {
    hint:
      nearest === null
        ? `${installed} Others come as packages: npm install @sonde/${kind}-${name}`
        : `Did you mean '${nearest}'?`,
  });
}
