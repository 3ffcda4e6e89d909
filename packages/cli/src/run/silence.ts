import type { AgentStats, MetricSnapshot, Probe } from '@sonde/core';
import { total } from '../stats/run-stats.js';

/** Socket operations that the l7 probe saw of connections whose protocol no rule knows. */
const UNRECOGNISED = 'sonde.l7.chunks.unrecognised';

/**
 * One line for an agent that has seen no request, so that silence is told apart from a fault: whether anything happened
 * at all, and how much of it was in no protocol that is known. Null where requests were seen, or were not looked for.
 */
export function silenceLine(stats: AgentStats, snapshot: MetricSnapshot, probes: readonly Probe[]): string | null {
  const looked = probes.some(({ definition }) => (definition.protocols?.length ?? 0) > 0);
  if (!looked || total(stats.exchanges) > 0) return null;
  const family = snapshot.families.find(({ name }) => name === UNRECOGNISED);
  const unrecognised = (family?.points ?? []).reduce((sum, { value }) => sum + (value ?? 0), 0);
  const seen = `${count(stats.events, 'event')}, 0 requests`;
  if (unrecognised > 0) {
    return `${seen}; ${count(unrecognised, 'socket operation')} in no protocol that is known (TLS is not read)`;
  }
  if (stats.events > 0) return seen;
  return `${seen}: what is observed sent and received nothing meanwhile`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
