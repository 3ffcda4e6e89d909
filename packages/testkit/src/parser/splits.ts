import { difference, digest } from '../digest.js';
import type { Turn } from '../sample.js';
import type { SampleCheck } from './bench.js';

/** Each write cut in two, at every place there is. */
export const everySplit: SampleCheck = (bench) => {
  const { turns } = bench.sample;
  const places = turns.flatMap(({ bytes }, turn) =>
    Array.from({ length: Math.max(0, bytes.length - 1) }, (_, index) => ({ turn, at: index + 1 })),
  );
  return bench.each(places.length, (place) => {
    const { turn, at } = places[place]!;
    const problem = difference(bench.plain, bench.play(cut(turns, turn, at)));
    return problem && `write ${turn + 1} split after ${at} bytes: ${problem}`;
  });
};

/** One byte at a time. */
export const byteByByte: SampleCheck = (bench) =>
  bench.each(1, () => {
    const talk = bench.talk();
    for (const { fromClient, bytes } of bench.sample.turns) {
      for (let at = 0; at < bytes.length; at++) talk.say(fromClient, bytes.subarray(at, at + 1));
    }
    return difference(bench.plain, talk.close().map(digest));
  });

/** Writes of one side that follow one another come in one piece. */
export const joined: SampleCheck = (bench) =>
  bench.each(1, () => {
    const turns: Turn[] = [];
    for (const turn of bench.sample.turns) {
      const last = turns.at(-1);
      if (last?.fromClient !== turn.fromClient) turns.push(turn);
      else turns[turns.length - 1] = { ...last, bytes: Buffer.concat([last.bytes, turn.bytes]) };
    }
    return difference(bench.plain, bench.play(turns));
  });

function cut(turns: readonly Turn[], index: number, at: number): Turn[] {
  const { fromClient, bytes } = turns[index]!;
  const pieces = [bytes.subarray(0, at), bytes.subarray(at)].map((piece) => ({ fromClient, bytes: piece }));
  return [...turns.slice(0, index), ...pieces, ...turns.slice(index + 1)];
}
