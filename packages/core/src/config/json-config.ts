import { z } from 'zod';
import {
  type AgentOptions,
  ConfigurationError,
  type Exporter,
  type Probe,
  type Processor,
  type Protocol,
} from '../contracts/index.js';
import { agentSchema } from './agent-schema.js';
import { importModule, resolvePackage } from './import-module.js';
import { errorSummary, importHint } from './import-problem.js';
import { parseOptions } from './options.js';
import { settled } from './settled.js';

const plugins = z.record(z.string(), z.record(z.string(), z.unknown())).optional();

const FACTORY_HINT =
  'name the package of a plugin, which exports what defineProbe, defineExporter or defineProcessor gives by default; ' +
  'a sonde.config.ts can use any export';
const PROTOCOL_HINT = 'name a package or a file that exports what defineProtocol gives, or a list of that, by default';

/** The JSON form: plugins by the name of their package, with their options. */
const jsonSchema = agentSchema.omit({ overrides: true }).extend({
  $schema: z.string().optional(),
  probes: plugins,
  exporters: plugins,
  processors: plugins,
  /** Packages or files. */
  protocols: z.array(z.string()).optional(),
});

/**
 * Makes agent options of a JSON configuration: `{"probes": {"@sonde/probe-l7": {"captureBytes": 2048}}}`. A package's
 * default export is its factory; that of a protocol package is a protocol, or a list of them.
 *
 * @throws ConfigurationError `UNKNOWN_OPTION`, `INVALID_OPTION`, `PLUGIN_NOT_FOUND`, `PLUGIN_INVALID`
 */
export async function fromJson(value: unknown, path: string): Promise<AgentOptions> {
  const { $schema, probes, exporters, processors, protocols, ...rest } = parseOptions(
    `configuration ${path}`,
    jsonSchema,
    value,
  );
  return {
    ...(rest as AgentOptions),
    probes: await makeAll<Probe>('probe', probes, path),
    exporters: await makeAll<Exporter>('exporter', exporters, path),
    processors: await makeAll<Processor>('processor', processors, path),
    protocols: await loadProtocols(protocols, path),
  };
}

type Kind = 'probe' | 'exporter' | 'processor' | 'protocol';

async function makeAll<P>(kind: Kind, plugins: Record<string, unknown> | undefined, path: string): Promise<P[]> {
  const made: P[] = [];
  for (const [name, options] of Object.entries(plugins ?? {})) {
    const factory = await defaultExport(kind, name, path);
    if (typeof factory !== 'function')
      invalid(name, path, { reason: 'its default export is no factory', hint: FACTORY_HINT });
    made.push((factory as (options: unknown) => P)(options));
  }
  return made;
}

async function loadProtocols(names: readonly string[] | undefined, path: string): Promise<Protocol[]> {
  const protocols: Protocol[] = [];
  for (const name of names ?? []) {
    const exported = await defaultExport('protocol', name, path);
    const list = (Array.isArray(exported) ? exported : [exported]) as Protocol[];
    if (list.some((protocol) => protocol?.kind !== 'protocol'))
      invalid(name, path, { reason: 'its default export is no protocol', hint: PROTOCOL_HINT });
    protocols.push(...list);
  }
  return protocols;
}

async function defaultExport(kind: Kind, name: string, path: string): Promise<unknown> {
  let resolved: string;
  try {
    resolved = resolvePackage(name, path);
  } catch (cause) {
    throw new ConfigurationError('PLUGIN_NOT_FOUND', `configuration ${path} names ${name}, which is not installed`, {
      hint: installHint(kind, name),
      cause,
    });
  }
  try {
    const module = await settled(importModule(resolved), () => new Error('it awaits what never comes'));
    return module['default'];
  } catch (cause) {
    const hint = importHint(cause, resolved) ?? `import ${resolved} with node to see the whole error`;
    return invalid(name, path, { reason: `it can't be imported: ${errorSummary(cause)}`, hint, cause });
  }
}

/** A name that may be anybody's package is not worth installing: `l7` is meant to be `@sonde/probe-l7`. */
function installHint(kind: Kind, name: string): string {
  if (/^[./]/.test(name)) return 'a file is looked for from the folder of the configuration';
  if (/^@|^sonde-/.test(name)) return `npm install ${name}`;
  return kind === 'protocol' ? PROTOCOL_HINT : `plugins go by the names of their packages: @sonde/${kind}-${name}?`;
}

function invalid(name: string, path: string, why: { reason: string; hint: string; cause?: unknown }): never {
  const message = `${name}, which configuration ${path} names, is no plugin: ${why.reason}`;
  throw new ConfigurationError('PLUGIN_INVALID', message, { hint: why.hint, cause: why.cause });
}
