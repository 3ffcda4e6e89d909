import { createAgent, type Exchange } from '@sonde/core';
import { expect } from 'vitest';
import { l7 } from '../../src/index.js';

/** What an agent sees of the connections to a port while `traffic` runs; nothing may be lost or misread. */
export async function observe(
  capture: 'socket' | 'syscall',
  port: number,
  traffic: () => Promise<unknown>,
): Promise<Exchange[]> {
  const agent = await createAgent({ probes: [l7({ capture })], targets: [`port=${port}`], workers: 0 });
  const exchanges: Exchange[] = [];
  const reading = (async () => {
    for await (const exchange of agent.spans({ capacity: 100_000 })) exchanges.push(exchange);
  })();
  try {
    await traffic();
  } finally {
    await agent.stop();
  }
  await reading;
  const { lost, parseErrors, faults } = await agent.stats();
  expect({ lost, parseErrors, faults }).toEqual({ lost: {}, parseErrors: 0, faults: {} });
  return exchanges;
}

/** How often each summary comes among the exchanges that one side saw. */
export function count(
  exchanges: readonly Exchange[],
  side: string,
  summary: (exchange: Exchange) => string,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const exchange of exchanges) {
    if (exchange.side === side) counts[summary(exchange)] = (counts[summary(exchange)] ?? 0) + 1;
  }
  return counts;
}
