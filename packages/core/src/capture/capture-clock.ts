import type { Clock } from '../contracts/clock.js';

/**
 * The clock of a capture: nanoseconds since its first packet, so that a plain number stays exact (for captures of up to
 * 104 days) where nanoseconds since 1970 would not.
 */
export class CaptureClock implements Clock {
  #now = 0;
  #baseSeconds = 0;
  #baseNanoseconds = 0;
  #based = false;

  /** Time of the newest packet. */
  now(): number {
    return this.#now;
  }

  toUnixNano(at: number): bigint {
    return BigInt(this.#baseSeconds) * 1_000_000_000n + BigInt(this.#baseNanoseconds) + BigInt(Math.round(at));
  }

  /** Converts a time since the Unix epoch; the first one ever converted becomes 0. */
  convert(seconds: number, nanoseconds: number): number {
    if (!this.#based) {
      this.#based = true;
      this.#baseSeconds = seconds;
      this.#baseNanoseconds = nanoseconds;
    }
    return (seconds - this.#baseSeconds) * 1e9 + (nanoseconds - this.#baseNanoseconds);
  }

  /** Moves `now` forward; packets that are out of order don't move it back. */
  advance(at: number): void {
    if (at > this.#now) this.#now = at;
  }
}
