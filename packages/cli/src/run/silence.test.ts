import type { AgentStats, MetricSnapshot, Probe } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { silenceLine } from './silence.js';

const l7 = { definition: { name: 'l7', protocols: [{}] } } as unknown as Probe;
const flowtracer = { definition: { name: 'flowtracer' } } as unknown as Probe;
const stats = (events: number, exchanges = {}) => ({ events, exchanges }) as AgentStats;
const snapshot = (...values: number[]) =>
  ({
    families: [{ name: 'sonde.l7.chunks.unrecognised', points: values.map((value) => ({ attributes: {}, value })) }],
  }) as unknown as MetricSnapshot;

describe('an agent that saw no request says', () => {
  it.each([
    ['that nothing happened', stats(0), snapshot(0), /^0 events, 0 requests: .* nothing meanwhile$/],
    ['how much happened', stats(1), { families: [] } as unknown as MetricSnapshot, /^1 event, 0 requests$/],
    ['what it could not read', stats(13), snapshot(20, 4), /^13 events, 0 requests; 24 socket .* \(TLS is not read\)$/],
    ['what it could not read, once', stats(0), snapshot(1), /; 1 socket operation in no protocol that is known/],
  ])('%s', (_what, account, metrics, line) => {
    expect(silenceLine(account, metrics, [flowtracer, l7])).toMatch(line);
  });

  it('nothing where it saw one', () => {
    expect(silenceLine(stats(2, { dns: 1 }), snapshot(9), [l7])).toBeNull();
  });

  it('nothing where it looked for none', () => {
    expect(silenceLine(stats(0), snapshot(9), [flowtracer])).toBeNull();
  });
});
