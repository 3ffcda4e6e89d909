import { pathToFileURL } from 'node:url';
import { ConfigurationError, type Exporter, type Probe, type Processor, type Protocol } from '../../contracts/index.js';
import { toError } from '../deadline.js';

/** Anything that an agent is made of. */
export type Plugin = Probe | Exporter | Processor | Protocol;

/** Where a worker finds a plugin: a module, the name of its export, and the options for the factory. */
export interface PluginAddress {
  readonly module: string;
  readonly exportName: string;
  readonly kind: Plugin['kind'];
  readonly name: string;
  /** Absent for protocols, which are values and no factories. */
  readonly options?: unknown;
}

/**
 * Where a worker finds a plugin, or why it can't. The module is imported to see that it holds what it says: a bundler may
 * have moved the plugin elsewhere.
 */
export async function addressOf(plugin: Plugin): Promise<PluginAddress | string> {
  const { name, module, exportName = 'default' } = plugin.kind === 'protocol' ? plugin : plugin.definition;
  const title = `${plugin.kind} '${name}'`;
  if (module === undefined) return `${title} does not name its module`;
  const address: PluginAddress = {
    module: toUrl(module),
    exportName,
    kind: plugin.kind,
    name,
    options: optionsOf(plugin),
  };
  if (/\.[cm]?tsx?$/.test(address.module)) return `${title} is not compiled: ${module}`;
  try {
    structuredClone(address.options);
  } catch {
    return `${title} has options that can't be sent to another thread`;
  }
  try {
    await pluginAt(address);
  } catch (error) {
    return toError(error).message;
  }
  return address;
}

/**
 * The plugin at an address.
 *
 * @throws ConfigurationError `PLUGIN_UNREACHABLE`
 */
export async function pluginAt(address: PluginAddress): Promise<Plugin> {
  const { module, exportName, kind, name, options } = address;
  const where = `export '${exportName}' of ${module}`;
  let exported: unknown;
  try {
    exported = ((await import(module)) as Record<string, unknown>)[exportName];
  } catch (cause) {
    throw unreachable(`${where}: ${toError(cause).message}`, cause);
  }
  const plugin = (
    kind === 'protocol' ? exported : typeof exported === 'function' ? exported(options) : null
  ) as Plugin | null;
  const found = plugin?.kind === 'protocol' ? plugin.name : plugin?.definition?.name;
  if (plugin?.kind !== kind || found !== name) throw unreachable(`${where} is not ${kind} '${name}'`);
  return plugin;
}

function optionsOf(plugin: Plugin): unknown {
  return plugin.kind === 'protocol' ? undefined : plugin.options;
}

function toUrl(module: string): string {
  return module.startsWith('/') ? pathToFileURL(module).href : module;
}

function unreachable(message: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError('PLUGIN_UNREACHABLE', message, {
    hint: 'a plugin that runs in a worker has `module: import.meta.url` and the `exportName` of its factory',
    cause,
  });
}
