import type { Protocol } from '@sonde/core';
import { Conversation, type PlayOptions } from '../conversation.js';
import { type Digest, digest } from '../digest.js';
import type { Sample, Turn } from '../sample.js';

/** What a check found: how many runs it took, and the first that went wrong. */
export interface Finding {
  cases: number;
  problem: string | null;
}

/** Tries one thing with one sample. */
export type SampleCheck = (bench: Bench) => Finding;

/** How much a check may try. */
export interface Effort {
  /** Most runs of one check with one sample; places beyond that are spread evenly. */
  cases: number;
  /** Milliseconds that one fuzz check lasts at most. */
  fuzzMs: number;
  /** Where random numbers begin. */
  seed: number;
}

/** A protocol, one of its samples, and what comes of it when nothing is in the way. */
export class Bench {
  /** The undisturbed account: each turn in one piece, in memory that stays as it is. */
  readonly plain: readonly Digest[];

  constructor(
    readonly protocol: Protocol,
    readonly sample: Sample,
    readonly effort: Effort,
  ) {
    this.plain = this.play(sample.turns, { overwrite: false });
  }

  /** A new connection that speaks the protocol. */
  talk(options: Partial<PlayOptions> = {}, connections = 1): Conversation {
    const { protocol, sample } = this;
    const defaults = { protocols: [protocol], pinned: protocol, transport: sample.transport };
    return new Conversation({ ...defaults, ...options }, connections);
  }

  /** Plays turns as they are. */
  play(turns: readonly Turn[], options: Partial<PlayOptions> = {}): Digest[] {
    const talk = this.talk(options);
    for (const { fromClient, bytes } of turns) talk.say(fromClient, bytes);
    return talk.close().map(digest);
  }

  /** Runs a case for each place from 0 up to `places`, or for as many of them, evenly spread, as the effort allows. */
  each(places: number, run: (place: number) => string | null): Finding {
    const cases = Math.min(places, this.effort.cases);
    for (let index = 0; index < cases; index++) {
      const place = Math.floor((index * places) / cases);
      const problem = attempt(() => run(place));
      if (problem !== null) return { cases: index + 1, problem };
    }
    return { cases, problem: null };
  }
}

/** Runs a case; what it throws is a problem too. */
export function attempt(run: () => string | null): string | null {
  try {
    return run();
  } catch (error) {
    return `threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  }
}
