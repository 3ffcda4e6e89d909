import type { Clock } from '../contracts/index.js';

/** Where a {@link SystemClock} reads; tests bring their own. */
export interface TimeSources {
  /** `CLOCK_MONOTONIC` in nanoseconds, which `bpf_ktime_get_ns` reads too. */
  monotonic(): bigint;
  /** Milliseconds of some clock that runs like the monotonic one, with fractions. */
  performance(): number;
  /** Milliseconds since the Unix epoch, whole ones. */
  wall(): number;
}

const SYSTEM: TimeSources = {
  monotonic: () => process.hrtime.bigint(),
  performance: () => performance.now(),
  wall: () => Date.now(),
};

/** Looks at the wall clock until its millisecond changes: at most this many, should the clock stand still. */
const MAX_LOOKS = 1_000_000;

/**
 * The machine's clock. `now` costs no BigInt: `performance.now()` is the same clock from another origin. Beyond 104 days
 * of uptime a number holds every second nanosecond only.
 */
export class SystemClock implements Clock {
  readonly #sources: TimeSources;
  readonly #origin: number;
  #offset = 0n;

  constructor(sources: TimeSources = SYSTEM) {
    this.#sources = sources;
    this.#origin = Number(sources.monotonic()) - sources.performance() * 1e6;
    this.synchronise();
  }

  now(): number {
    return Math.round(this.#origin + this.#sources.performance() * 1e6);
  }

  toUnixNano(at: number): bigint {
    return BigInt(Math.trunc(at)) + this.#offset;
  }

  /**
   * Measures anew how the monotonic clock relates to the wall, which is stepped and slewed (NTP, suspend). It waits for
   * the wall clock's next millisecond, for up to one millisecond, since Node tells the wall no finer.
   */
  synchronise(): void {
    const { monotonic, wall } = this.#sources;
    const before = wall();
    let now = before;
    for (let looks = 0; now === before && looks < MAX_LOOKS; looks++) now = wall();
    this.#offset = BigInt(now) * 1_000_000n - monotonic();
  }
}
