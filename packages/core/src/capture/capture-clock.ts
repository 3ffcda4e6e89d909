import type { Clock } from '../contracts/clock.js';

/** Seconds from 1970 to the year 2262: more nanoseconds don't fit into 64 signed bits. */
const LAST_SECOND = 9_223_372_036;

/**
 * The clock of a capture: nanoseconds since its first packet, so that a plain number stays exact (for captures of up to
 * 104 days) where nanoseconds since 1970 would not.
 */
export class CaptureClock implements Clock {
  #now = 0;
  #baseSeconds = 0;
  #baseNanoseconds = 0;
  #based = false;
  #before = 0;
  #impossible = 0;

  /** Time stamps that {@link convert} could not believe. */
  get impossible(): number {
    return this.#impossible;
  }

  /** Time of the newest packet. */
  now(): number {
    return this.#now;
  }

  toUnixNano(at: number): bigint {
    return BigInt(this.#baseSeconds) * 1_000_000_000n + BigInt(this.#baseNanoseconds) + BigInt(Math.round(at));
  }

  /**
   * Converts a time since the Unix epoch; the first one ever converted becomes 0. A time before 1970 or after 2262 is
   * counted as impossible, and taken for that of the packet before.
   */
  convert(seconds: number, nanoseconds: number): number {
    if (!(seconds >= 0 && seconds < LAST_SECOND)) {
      this.#impossible++;
      return this.#before;
    }
    if (!this.#based) {
      this.#based = true;
      this.#baseSeconds = seconds;
      this.#baseNanoseconds = nanoseconds;
    }
    this.#before = (seconds - this.#baseSeconds) * 1e9 + (nanoseconds - this.#baseNanoseconds);
    return this.#before;
  }

  /** Moves `now` forward; packets that are out of order don't move it back. */
  advance(at: number): void {
    if (at > this.#now) this.#now = at;
  }
}
