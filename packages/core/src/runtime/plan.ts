import type { z } from 'zod';
import { parseOptions } from '../config/options.js';
import {
  type AgentOptions,
  ConfigurationError,
  type Exporter,
  type ExporterDefinition,
  type Probe,
  type ProbeDefinition,
  type Processor,
  type ProcessorDefinition,
  type Protocol,
} from '../contracts/index.js';
import { Selection } from '../targets/selection.js';
import { orderProbes } from './order-probes.js';

/** Plugin interfaces that this core knows. */
const API_VERSION = 1;

/** A plugin whose options were checked and completed. */
export interface Planned<D> {
  readonly definition: D;
  readonly options: unknown;
  /** Its name, with `#2` and so on where an agent has several of that name. */
  readonly id: string;
}

/** What an agent will run: checked, completed, in the order in which it starts. */
export interface Plan {
  readonly probes: readonly Planned<ProbeDefinition>[];
  readonly exporters: readonly Planned<ExporterDefinition>[];
  readonly processors: readonly Planned<ProcessorDefinition>[];
  /** Those of the agent, then those that probes bring along. */
  readonly protocols: readonly Protocol[];
}

/**
 * Checks everything that can be checked before anything starts.
 *
 * @throws ConfigurationError `PLUGIN_INVALID`, `PLUGIN_VERSION`, `PLUGIN_DUPLICATE`, `UNKNOWN_OPTION`, `INVALID_OPTION`,
 * `PLANE_MISSING`, `PLANE_CYCLE`, `SELECTOR_INVALID`
 */
export function planAgent(options: AgentOptions): Plan {
  new Selection(options.targets ?? []);
  new Selection(options.exclude ?? []);
  const probes = planProbes(options.probes ?? []);
  return {
    probes,
    exporters: planList<ExporterDefinition>('exporter', options.exporters ?? []),
    processors: planList<ProcessorDefinition>('processor', options.processors ?? []),
    protocols: planProtocols(options.protocols ?? [], probes),
  };
}

/** The same for a list of probes alone. @throws ConfigurationError as {@link planAgent} */
export function planProbes(probes: readonly Probe[]): Planned<ProbeDefinition>[] {
  const planned = planList<ProbeDefinition>('probe', probes);
  const twice = planned.find(({ id, definition }) => id !== definition.name);
  if (twice) duplicate('probe', twice.definition.name);
  return orderProbes(planned);
}

interface Definition {
  name: string;
  apiVersion: number;
  options: z.ZodObject;
}

function planList<D extends Definition>(
  kind: string,
  plugins: readonly (Probe | Exporter | Processor)[],
): Planned<D>[] {
  const seen = new Map<string, number>();
  return plugins.map((plugin, index) => {
    checkKind(kind, plugin, index);
    const definition = plugin.definition as unknown as D;
    const { name } = definition;
    checkVersion(kind, name, definition.apiVersion);
    const options = parseOptions(`${kind} '${name}'`, definition.options, plugin.options ?? {});
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { definition, options, id: count === 1 ? name : `${name}#${count}` };
  });
}

function planProtocols(given: readonly Protocol[], probes: readonly Planned<ProbeDefinition>[]): Protocol[] {
  const protocols = new Map<string, Protocol>();
  for (const [index, protocol] of given.entries()) {
    checkKind('protocol', protocol, index);
    checkVersion('protocol', protocol.name, protocol.apiVersion);
    if (protocols.has(protocol.name)) duplicate('protocol', protocol.name);
    protocols.set(protocol.name, protocol);
  }
  for (const { definition } of probes) {
    for (const protocol of definition.protocols ?? []) {
      if (!protocols.has(protocol.name)) protocols.set(protocol.name, protocol);
    }
  }
  return [...protocols.values()];
}

function checkKind(kind: string, plugin: unknown, index: number): void {
  if (isPlugin(kind, plugin)) return;
  const list = kind === 'processor' ? 'processors' : `${kind}s`;
  const given = describe(plugin);
  throw new ConfigurationError('PLUGIN_INVALID', `${list}[${index}] is ${given}, not ${article(kind)} ${kind}`, {
    hint:
      typeof plugin === 'function'
        ? `call the factory: ${list}: [${(plugin as { name?: string }).name || kind}()]`
        : `what define${kind[0]!.toUpperCase()}${kind.slice(1)} gives goes here`,
  });
}

/** A protocol is its own definition. */
function isPlugin(kind: string, plugin: unknown): boolean {
  if (typeof plugin !== 'object' || plugin === null) return false;
  const { kind: given, definition } = plugin as { kind?: unknown; definition?: unknown };
  return given === kind && (kind === 'protocol' || (typeof definition === 'object' && definition !== null));
}

function describe(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  const kind = (value as { kind?: unknown } | null)?.kind;
  if (typeof kind === 'string') {
    const hollow = kind !== 'protocol' && !(value as { definition?: unknown }).definition;
    return `${article(kind)} ${kind}${hollow ? ' without a definition' : ''}`;
  }
  return value === null ? 'null' : `${article(typeof value)} ${typeof value}`;
}

function article(word: string): string {
  return /^[aeiou]/.test(word) ? 'an' : 'a';
}

function checkVersion(kind: string, name: string, version: number): void {
  if (version === API_VERSION) return;
  throw new ConfigurationError(
    'PLUGIN_VERSION',
    `${kind} '${name}' is written for plugin API ${version}; this @sonde/core knows ${API_VERSION}`,
    { hint: version > API_VERSION ? 'update @sonde/core' : `update the package of ${kind} '${name}'` },
  );
}

function duplicate(kind: string, name: string): never {
  throw new ConfigurationError('PLUGIN_DUPLICATE', `${kind} '${name}' is given twice`, {
    hint: `one ${kind} of a name; leave the other out`,
  });
}
