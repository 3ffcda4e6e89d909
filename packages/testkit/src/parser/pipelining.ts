import type { Digest } from '../digest.js';
import type { Bench, SampleCheck } from './bench.js';

/** All requests before the first response: each response still finds its own request. */
export const pipelined: SampleCheck = (bench) =>
  bench.each(1, () => {
    // Fields may differ, since what a response changes (a selected database) is learnt late; pairs may not.
    const pairs = (digests: readonly Digest[]) =>
      digests.map(({ request, response }) => `request at ${request}, response at ${response}`);
    return firstDifference(pairs(bench.plain), pairs(requestsFirst(bench, false)));
  });

/** Responses in the reverse order, for datagrams of protocols that tell responses by their id. */
export const reversed: SampleCheck = (bench) =>
  bench.each(1, () => {
    // The order moves the responses' positions: what remains comparable is which request got an answer.
    const answered = (digests: readonly Digest[]) =>
      digests.map(({ request, response }) => `request at ${request}, ${response === null ? 'no' : 'a'} response`);
    return firstDifference(answered(bench.plain), answered(requestsFirst(bench, true)));
  });

function requestsFirst(bench: Bench, reverse: boolean): Digest[] {
  const { turns } = bench.sample;
  const late = turns.filter(({ fromClient }) => !fromClient);
  return bench.play([...turns.filter(({ fromClient }) => fromClient), ...(reverse ? late.reverse() : late)]);
}

/** Exchanges end in another order than in the sample: only what is there counts. */
function firstDifference(expected: readonly string[], actual: readonly string[]): string | null {
  const found = new Set(actual);
  const missing = expected.find((entry) => !found.has(entry));
  if (missing !== undefined) return `missing: ${missing}`;
  return actual.length > expected.length ? `${actual.length - expected.length} more exchanges` : null;
}
