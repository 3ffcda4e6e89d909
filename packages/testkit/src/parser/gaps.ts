import { type Digest, digest } from '../digest.js';
import type { Turn } from '../sample.js';
import type { Bench, SampleCheck } from './bench.js';

/** Bytes that go missing at an offset. */
const HOLE = 7;
/** After a loss, so many exchanges have to follow for at least one of them to be found. */
const ENOUGH = 6;

/** Each write lost, one at a time. */
export const lostWrites: SampleCheck = (bench) => {
  const { turns } = bench.sample;
  return bench.each(turns.length, (lost) => {
    const found = play(bench, turns, lost, 0, turns[lost]!.bytes.length);
    return prefixed(`write ${lost + 1} of ${turns.length} lost`, wrongPair(bench.plain, found));
  });
};

/** A few bytes lost, at every offset of every write. */
export const lostBytes: SampleCheck = (bench) => {
  const { turns } = bench.sample;
  const places = turns.flatMap(({ bytes }, turn) => Array.from(bytes, (_, at) => ({ turn, at })));
  return bench.each(places.length, (place) => {
    const { turn, at } = places[place]!;
    const found = play(bench, turns, turn, at, HOLE);
    return prefixed(`${HOLE} bytes lost at offset ${at} of write ${turn + 1}`, wrongPair(bench.plain, found));
  });
};

/** After a lost write, later exchanges are found again. */
export const resync: SampleCheck = (bench) => {
  const { turns } = bench.sample;
  return bench.each(turns.length, (lost) => {
    const later = answeredAfter(bench.plain, turns, lost);
    if (later.length < ENOUGH) return null;
    const found = new Set(play(bench, turns, lost, 0, turns[lost]!.bytes.length).map(key));
    if (later.some((entry) => found.has(key(entry)))) return null;
    return `write ${lost + 1} of ${turns.length} lost: none of the ${later.length} exchanges after it was found`;
  });
};

function play(bench: Bench, turns: readonly Turn[], lost: number, at: number, count: number): Digest[] {
  const talk = bench.talk();
  for (const [index, { fromClient, bytes }] of turns.entries()) {
    if (index !== lost) {
      talk.say(fromClient, bytes);
      continue;
    }
    const end = Math.min(bytes.length, at + count);
    if (at > 0) talk.say(fromClient, bytes.subarray(0, at));
    talk.miss(fromClient, end - at);
    if (end < bytes.length) talk.say(fromClient, bytes.subarray(end));
  }
  return talk.close().map(digest);
}

/** A pair of two messages that the undisturbed account has, but with other partners. */
function wrongPair(plain: readonly Digest[], found: readonly Digest[]): string | null {
  const pairs = new Set(plain.map(key));
  const requests = new Set(plain.map(({ request }) => request));
  const responses = new Set(plain.map(({ response }) => response));
  const wrong = found.find(
    (entry) =>
      entry.response !== null && requests.has(entry.request) && responses.has(entry.response) && !pairs.has(key(entry)),
  );
  return wrong === undefined ? null : `the request at ${wrong.request} got the response at ${wrong.response}`;
}

/** Exchanges whose request begins at least two writes after the lost one. */
function answeredAfter(plain: readonly Digest[], turns: readonly Turn[], lost: number): Digest[] {
  const before = turns.slice(0, lost + 2).filter(({ fromClient }) => fromClient);
  const from = before.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return plain.filter(({ request, response }) => response !== null && request >= from);
}

function key({ request, response }: Digest): string {
  return `${request}:${response}`;
}

function prefixed(where: string, problem: string | null): string | null {
  return problem && `${where}: ${problem}`;
}
