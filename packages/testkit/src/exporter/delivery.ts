import { type Exporter, SondeError } from '@sonde/core';
import { exchangeNumber, probeEvents, unusualExchanges } from './exchanges.js';
import { STOP_MS, Trial, within } from './trial.js';

/** What a check of an exporter works with. */
export interface ExporterBench {
  /** The exporter, with the suite's options and those given. */
  create(options?: Record<string, unknown>): Exporter;
  /** The same, sending to an address; null for an exporter that sends nowhere. */
  sendingTo: ((endpoint: string) => Exporter) | null;
  /** Exchanges that are more than the exporter keeps. */
  exchanges: number;
}

/** Tries one thing; tells what went wrong, or null. */
export type ExporterCheck = (bench: ExporterBench) => Promise<string | null>;

/** Long enough for anything that does not wait for somebody else, in milliseconds; the machine may be busy. */
const PROMPT_MS = 5_000;

/** What the plugin says of itself. */
export const declaration: ExporterCheck = async ({ create }) => {
  const { kind, definition } = create();
  if (kind !== 'exporter' || definition.apiVersion !== 1) return 'it is not made by defineExporter, API 1';
  if (!/^[a-z][a-z0-9-]*$/.test(definition.name)) return `'${definition.name}' is no name: lower case, letter first`;
  return definition.description.trim() === '' ? 'it has no description' : null;
};

/** An option that is nearly one. */
export const misspelt: ExporterCheck = async ({ create }) => {
  const names = Object.keys(create().definition.options.shape);
  const name = names.find((candidate) => candidate.length > 3) ?? 'options';
  const typo = `${name}${name.at(-1)}`;
  try {
    await Trial.run(create({ [typo]: 1 }), async () => {});
  } catch (error) {
    const text = error instanceof SondeError ? `${error.message} ${error.hint ?? ''}` : String(error);
    if (!text.includes(typo)) return `the error doesn't name '${typo}': ${text}`;
    return names.length === 0 || text.includes(`'${name}'`) ? null : `the error doesn't suggest '${name}': ${text}`;
  }
  return `'${typo}' was accepted`;
};

/** Exchanges, events and metrics are frozen: an exporter that changes one of them throws, or is found out. */
export const takesAll: ExporterCheck = ({ create }) =>
  Trial.run(create(), async (trial) => {
    const { instance } = trial;
    for (const exchange of unusualExchanges()) {
      const returned: unknown = instance.exchange?.(exchange);
      if (returned !== undefined) return 'exchange() returned something: nobody waits for it';
    }
    for (const event of probeEvents()) instance.event?.(event);
    const problem = await readMetrics(trial);
    if (problem !== null) return problem;
    await within(PROMPT_MS, instance.flush?.() ?? Promise.resolve());
    const idle = instance.exchange === undefined && instance.event === undefined && trial.read === 0;
    return idle ? 'it takes neither exchanges nor events, and reads no metrics' : (trial.complaints[0] ?? null);
  });

/** An exporter that serves metrics is asked for them, twice. */
async function readMetrics({ instance }: Trial): Promise<string | null> {
  const address = instance.address?.() ?? null;
  if (address === null || !/^https?:/.test(address)) return null;
  for (let round = 0; round < 2; round++) {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PROMPT_MS) });
    const text = await answer.text();
    if (!answer.ok) return `${address} answered ${answer.status}: ${text.slice(0, 200)}`;
    if (text === '') return `${address} answered nothing`;
  }
  return null;
}

/** Any number of flushes and stops; afterwards an exchange does no harm; the same options serve again. */
export const stopsTwice: ExporterCheck = async ({ create }) => {
  for (let round = 0; round < 2; round++) {
    const problem = await Trial.run(create(), async ({ instance }) => {
      instance.exchange?.(exchangeNumber(round));
      for (let time = 0; time < 2; time++) {
        const flushed = within(STOP_MS, instance.flush?.() ?? Promise.resolve());
        if (!(await flushed)) return `flush ${time + 1} took more than ${STOP_MS / 1000} s`;
      }
      for (let time = 0; time < 2; time++) {
        if (!(await within(STOP_MS, instance.stop()))) return `stop ${time + 1} took more than ${STOP_MS / 1000} s`;
      }
      if (instance.address?.()) return `it still says that it can be reached at ${instance.address()}`;
      instance.exchange?.(exchangeNumber(2));
      instance.event?.(probeEvents()[0]!);
      await within(PROMPT_MS, instance.flush?.() ?? Promise.resolve());
      return null;
    });
    if (problem !== null) return problem;
  }
  return null;
};

/** No listener and no connection outlives the exporter. */
export const leavesNothing: ExporterCheck = async ({ create }) => {
  const before = sockets();
  await Trial.run(create(), async ({ instance }) => {
    instance.exchange?.(exchangeNumber(1));
    await instance.flush?.();
  });
  const deadline = Date.now() + PROMPT_MS;
  // Handles are closed by the event loop, some turns later.
  while (sockets() > before && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  return sockets() > before ? `${sockets() - before} sockets are left` : null;
};

function sockets(): number {
  return process.getActiveResourcesInfo().filter((name) => /^(TCP|Pipe|UDP|TLS)/.test(name)).length;
}
