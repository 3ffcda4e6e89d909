/** Buckets for each doubling: a quantile is off by 4.5 % at most. */
const PER_DOUBLING = 8;
/** From 1 µs up to 2^32 µs, which is more than an hour. */
const BUCKETS = 32 * PER_DOUBLING;

/** Durations in buckets of equal ratio: a kilobyte, whatever the number of durations. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(BUCKETS);
  count = 0;

  record(nanoseconds: number): void {
    const microseconds = nanoseconds / 1000;
    const bucket = microseconds <= 1 ? 0 : Math.floor(Math.log2(microseconds) * PER_DOUBLING);
    const index = Math.min(bucket, BUCKETS - 1);
    this.#counts[index] = this.#counts[index]! + 1;
    this.count++;
  }

  /** Adds what another one holds. */
  add(other: LatencyHistogram): void {
    for (let index = 0; index < BUCKETS; index++) this.#counts[index] = this.#counts[index]! + other.#counts[index]!;
    this.count += other.count;
  }

  clear(): void {
    this.#counts.fill(0);
    this.count = 0;
  }

  /** The duration, in nanoseconds, that a share (0 to 1) of all don't exceed; NaN without any. */
  quantile(share: number): number {
    if (this.count === 0) return Number.NaN;
    const wanted = Math.max(1, Math.ceil(share * this.count));
    let seen = 0;
    for (let index = 0; index < BUCKETS; index++) {
      seen += this.#counts[index]!;
      // The middle of the bucket, as ratios go.
      if (seen >= wanted) return 1000 * 2 ** ((index + 0.5) / PER_DOUBLING);
    }
    return Number.NaN;
  }
}
