/** Tells the time of a source's clock and how it relates to the wall. */
export interface Clock {
  /** Nanoseconds of the monotonic clock (`CLOCK_MONOTONIC`, what `bpf_ktime_get_ns` reads). */
  now(): number;
  /** Nanoseconds since the Unix epoch for a time of this clock. */
  toUnixNano(at: number): bigint;
}
