import type { Conversation } from '../conversation.js';
import { mebibytes, neededBytes } from '../memory.js';
import { Random } from '../random.js';
import { attempt, type Bench, type Finding } from './bench.js';
import { damage, withoutEnd } from './fuzz.js';

/** What a parser may keep of one connection beside its unread bytes: tables, a head, a statement. */
const KEPT_BYTES = 384 << 10;
/** The host's default for `maxBuffer`. */
const BUFFER_BYTES = 65_536;
/** So many times what may be kept is said without an end: whoever keeps it all is far beyond the bound and its noise. */
const SAID = 4;
const MOST_ROUNDS = 100;
/** What comes and goes in the process beside the parser. */
const NOISE_BYTES = 1 << 20;
/** What the second half of a connection's life may add to the first. */
const GROWTH_BYTES = 4 << 20;

/**
 * What is kept of connections that say something without an end, and of connections that go on and on. A collection takes
 * its time, so all samples are tried together.
 */
export function keepsBounds(benches: readonly Bench[]): Finding {
  const streams = benches.filter(({ sample }) => sample.transport === 'tcp');
  const hostile = withoutEnds(streams);
  if (hostile.problem !== null) return hostile;
  const old = longLived(benches);
  return { cases: hostile.cases + old.cases, problem: old.problem };
}

function withoutEnds(benches: readonly Bench[]): Finding {
  const talks: Conversation[] = [];
  const problem = attempt(() => {
    const before = neededBytes();
    let most = NOISE_BYTES;
    for (const bench of benches) {
      const kept = KEPT_BYTES + 2 * (bench.protocol.maxBuffer ?? BUFFER_BYTES);
      for (const fromClient of [true, false]) talks.push(withoutEnd(bench, fromClient, SAID * kept));
      most += 2 * kept;
    }
    const kept = neededBytes() - before;
    const said = SAID * (most - NOISE_BYTES);
    return kept <= most ? null : `of ${mebibytes(said)} without an end ${mebibytes(kept)} are kept`;
  });
  for (const talk of talks) talk.close();
  return { cases: talks.length, problem };
}

function longLived(benches: readonly Bench[]): Finding {
  const lives = benches.map((bench) => ({ bench, talk: bench.talk(), random: new Random(bench.effort.seed) }));
  const deadline = performance.now() + benches.reduce((sum, { effort }) => sum + effort.fuzzMs, 0) / 2;
  const live = (round: number) => {
    for (const { bench, talk, random } of lives) {
      const { turns } = bench.sample;
      for (const { fromClient, bytes } of round % 2 === 0 ? turns : damage(turns, random)) talk.say(fromClient, bytes);
      talk.exchanges.length = 0;
    }
  };
  let rounds = 0;
  const problem = attempt(() => {
    while (rounds < MOST_ROUNDS && (rounds < 2 || performance.now() < deadline)) live(rounds++);
    const half = neededBytes();
    for (let round = 0; round < rounds; round++) live(round);
    const growth = neededBytes() - half;
    return growth < GROWTH_BYTES ? null : `${rounds} rounds more took ${mebibytes(growth)} more`;
  });
  for (const { talk } of lives) talk.close();
  return { cases: 2 * rounds * lives.length, problem };
}
