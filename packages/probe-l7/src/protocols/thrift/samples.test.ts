import { describe, expect, it } from 'vitest';
import { Conversation, readSample, summary } from '../conversation.fixture.js';
import { thrift } from './index.js';

const sample = (name: string) => readSample(new URL(`./samples/${name}.jsonl`, import.meta.url));

/** Recorded between Apache Thrift's Python server and the clients of npm (which count their calls) and of Python (which send 0). */
const SAMPLES = ['framed', 'buffered', 'compact', 'framed-compact', 'old', 'old-buffered', 'header', 'multiplexed'];

const OF_NPM = ['framed', 'compact', 'framed-compact'];

/** Rounds of everything that the Calculator of the tests offers, with four calls at once in the first or in each. */
function expected(name: string): string[] {
  const round = (service: string, divided: string, atOnce: number) => [
    ...[`${service}ping REPLY null`, `${service}add REPLY null`, `${service}divide REPLY ${divided}`],
    ...[`${service}items REPLY null`, `${service}echo REPLY null`, `${service}missing EXCEPTION UNKNOWN_METHOD`],
    ...[`${service}broken EXCEPTION INTERNAL_ERROR`, `${service}note null null`],
    ...Array<string>(atOnce).fill(`${service}add REPLY null`),
  ];
  const [threw, divided] = ['exception 1', 'null'];
  if (name === 'multiplexed') return [...round('One/', threw, 4), ...round('Two/', threw, 4)].sort();
  if (OF_NPM.includes(name)) return [...round('', threw, 4), ...round('', divided, 4)].sort();
  return [...round('', threw, 4), ...round('', divided, 0), ...round('', threw, 0)].sort();
}

const play = (name: string, size?: number) => {
  const old = name === 'old-buffered';
  const talk = new Conversation({ protocols: [thrift], pinned: old }).play(sample(name), size);
  return { exchanges: talk.close(), stats: talk.stats };
};

describe('thrift on recorded conversations', () => {
  it.each(SAMPLES)('reads each call of %s with its outcome, whole and in pieces', (name) => {
    const { exchanges, stats } = play(name);
    expect(exchanges.map((e) => `${e.name} ${e.status} ${e.error}`).sort()).toEqual(expected(name));
    expect(stats).toMatchObject({ parseErrors: {}, unmatched: {}, desyncs: 0, parserFaults: 0 });
    for (const size of [1, 2, 3, 7, 50, 1000]) {
      expect(play(name, size).exchanges.map(summary), `pieces of ${size}`).toEqual(exchanges.map(summary));
    }
  });
});
