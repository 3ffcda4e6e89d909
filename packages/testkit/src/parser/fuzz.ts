import type { Conversation } from '../conversation.js';
import { digest } from '../digest.js';
import { Random } from '../random.js';
import type { Turn } from '../sample.js';
import { attempt, type Bench, type Finding, type SampleCheck } from './bench.js';

/** One run of a few kilobytes may take so long, in milliseconds; the machine may be busy. */
const SLOW_MS = 2000;
const MOST_RUNS = 400;
const ENDLESS_BYTES = 2 << 20;
const CHUNK_BYTES = 4096;

/** Damaged conversations and random bytes: nothing is thrown, nothing hangs, no more is reported than was said. */
export const fuzz: SampleCheck = (bench) => {
  const random = new Random(bench.effort.seed);
  const deadline = performance.now() + bench.effort.fuzzMs;
  let cases = 0;
  while (cases < MOST_RUNS && (cases < 10 || performance.now() < deadline)) {
    cases++;
    const turns = cases % 4 === 0 ? noise(random) : damage(bench.sample.turns, random);
    const problem = judge(bench, turns);
    if (problem !== null) return { cases, problem: `run ${cases} of seed ${bench.effort.seed}: ${problem}` };
  }
  return { cases, problem: null };
};

/** Two megabytes that never end a message, from either side: bounded time, and no exchange made of them. */
export const endless = (bench: Bench): Finding =>
  bench.each(2, (side) => {
    const began = performance.now();
    const talk = withoutEnd(bench, side === 0, ENDLESS_BYTES);
    const took = performance.now() - began;
    talk.close();
    if (talk.stats.parserFaults > 0) return 'the parser threw what is no failure of its own';
    return took < SLOW_MS ? null : `2 MiB without an end took ${Math.round(took)} ms`;
  });

/** A connection on which a message begins and then goes on for `bytes`; it is still open. */
export function withoutEnd(bench: Bench, fromClient: boolean, bytes: number): Conversation {
  const opening = bench.sample.turns.find((turn) => turn.fromClient)?.bytes ?? new Uint8Array();
  const talk = bench.talk();
  if (opening.length > 1) talk.say(true, opening.subarray(0, opening.length - 1));
  const filler = new Uint8Array(CHUNK_BYTES).fill(fromClient ? 0x61 : 0xff);
  for (let said = 0; said < bytes; said += CHUNK_BYTES) talk.say(fromClient, filler);
  return talk;
}

function judge(bench: Bench, turns: readonly Turn[]): string | null {
  return attempt(() => {
    const began = performance.now();
    const talk = bench.talk();
    for (const { fromClient, bytes } of turns) talk.say(fromClient, bytes);
    const digests = talk.close().map(digest);
    const took = performance.now() - began;
    const bytes = turns.reduce((sum, turn) => sum + turn.bytes.length, 0);
    if (talk.stats.parserFaults > 0) return 'the parser threw what is no failure of its own (use context.fail)';
    if (digests.length > bytes) return `${digests.length} exchanges of ${bytes} bytes`;
    return took < SLOW_MS ? null : `${bytes} bytes took ${Math.round(took)} ms`;
  });
}

function noise(random: Random): Turn[] {
  return Array.from({ length: 1 + random.below(12) }, () => ({
    fromClient: random.below(2) === 0,
    bytes: random.bytes(1 + random.below(160)),
  }));
}

/** Turns with a few of them cut, changed, made longer, turned round, or said twice. */
export function damage(turns: readonly Turn[], random: Random): Turn[] {
  const damaged = turns.map(({ fromClient, bytes }) => ({ fromClient, bytes: Uint8Array.from(bytes) }));
  for (let hits = 1 + random.below(4); hits > 0 && damaged.length > 0; hits--) {
    const index = random.below(damaged.length);
    const turn = damaged[index]!;
    const at = random.below(Math.max(1, turn.bytes.length));
    const rest = turn.bytes.subarray(at);
    const kind = random.below(5);
    if (kind === 0 && turn.bytes.length > 0) turn.bytes[at] = random.below(256);
    else if (kind === 1) turn.bytes = Buffer.concat([turn.bytes.subarray(0, at), random.bytes(20), rest]);
    else if (kind === 2) turn.bytes = turn.bytes.subarray(0, at);
    else if (kind === 3) turn.fromClient = !turn.fromClient;
    else damaged.splice(index, 0, { fromClient: turn.fromClient, bytes: rest.slice() });
  }
  return damaged;
}
