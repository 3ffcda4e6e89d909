import type { Protocol } from '@sonde/core';
import { Conversation } from '../conversation.js';
import { difference } from '../digest.js';
import type { Sample } from '../sample.js';
import { attempt, type Finding, type SampleCheck } from './bench.js';

/** From a connection's first byte on, the protocol is recognised by its own rules, and nothing is lost by that. */
export const recognised: SampleCheck = (bench) =>
  bench.each(1, () => {
    // A weak signature may lean on the usual port, where a rule names one.
    const serverPort = bench.protocol.detect.rules.flatMap(({ ports }) => ports ?? [])[0];
    return difference(bench.plain, bench.play(bench.sample.turns, { pinned: undefined, serverPort }));
  });

/** A connection of another protocol, joined at any of its writes, is left alone. */
export function leavesAlone(protocol: Protocol, other: Sample, most: number): Finding {
  let cases = 0;
  const { turns, transport } = other;
  for (let from = 0; from < turns.length && cases < most; from++) {
    cases++;
    const problem = attempt(() => {
      const talk = new Conversation({ protocols: [protocol], transport, fromStart: false });
      for (const { fromClient, bytes } of turns.slice(from)) talk.say(fromClient, bytes);
      const [invented] = talk.close();
      return invented === undefined ? null : `'${invented.name}' was invented, joined at write ${from + 1}`;
    });
    if (problem !== null) return { cases, problem };
  }
  return { cases, problem: null };
}
