import type { ProbeRequirements, Protocol, ProtocolSupport } from '@sonde/core';
import { builtinProtocols } from '@sonde/probe-l7';
import { discoverPlugins } from './discover.js';
import { makeExporter, makeProbe } from './load-factory.js';
import { loadProtocols } from './load-protocol.js';
import type { PluginManifest } from './plugin-manifest.js';

/** One installed plugin, as `sonde probes` lists it. */
export interface PluginEntry {
  kind: 'probe' | 'protocol' | 'exporter' | 'processor';
  name: string;
  /** Version of the plugin itself, else of its package. */
  version: string;
  package: string;
  directory: string;
  description: string | null;
  /** What a probe needs of the kernel. */
  requires: ProbeRequirements | null;
  /** What a protocol's parser supports. */
  support: ProtocolSupport | null;
  /** Why it can't be loaded, or null. */
  problem: string | null;
}

const BUILTIN_PACKAGE = '@sonde/probe-l7';

/** All probes, protocols, exporters and processors that are installed, built-in ones first. */
export async function listPlugins(): Promise<PluginEntry[]> {
  const entries: PluginEntry[] = [];
  for (const plugin of discoverPlugins()) {
    for (const name of plugin.probes) entries.push(await probeEntry(name, plugin));
    entries.push(...(await protocolEntries(plugin)));
    for (const name of plugin.exporters) entries.push(await exporterEntry(name, plugin));
    for (const name of plugin.processors) entries.push(entry('processor', name, plugin));
  }
  const order = ['probe', 'protocol', 'exporter', 'processor'];
  return entries.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

function entry(kind: PluginEntry['kind'], name: string, plugin: PluginManifest): PluginEntry {
  const { version, directory } = plugin;
  const unknown = { description: null, requires: null, support: null, problem: null };
  return { kind, name, version, package: plugin.name, directory, ...unknown };
}

async function probeEntry(name: string, plugin: PluginManifest): Promise<PluginEntry> {
  const known = entry('probe', name, plugin);
  try {
    const { definition } = await makeProbe(name);
    const { version, description, requires } = definition;
    return { ...known, version, description, requires };
  } catch (error) {
    return { ...known, problem: (error as Error).message };
  }
}

async function exporterEntry(name: string, plugin: PluginManifest): Promise<PluginEntry> {
  const known = entry('exporter', name, plugin);
  try {
    const { definition } = await makeExporter(name);
    return { ...known, version: definition.version, description: definition.description };
  } catch (error) {
    return { ...known, problem: (error as Error).message };
  }
}

async function protocolEntries(plugin: PluginManifest): Promise<PluginEntry[]> {
  let protocols: readonly Protocol[] = builtinProtocols;
  if (plugin.name !== BUILTIN_PACKAGE) {
    if (plugin.protocols.length === 0) return [];
    try {
      protocols = await loadProtocols(plugin.directory);
    } catch (error) {
      return plugin.protocols.map((name) => ({
        ...entry('protocol', name, plugin),
        problem: (error as Error).message,
      }));
    }
  }
  return protocols.map(({ name, description, support }) => ({
    ...entry('protocol', name, plugin),
    description,
    support,
  }));
}
