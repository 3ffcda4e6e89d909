/** When and how often a request is sent again. */
export interface RetryOptions {
  /** Wait before the second attempt, milliseconds; doubled each time. */
  initialMs: number;
  /** Longest wait, milliseconds. */
  maxMs: number;
  /** How long after the first attempt a request is given up, milliseconds. */
  forMs: number;
}

const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Whether the OTLP specification lets a request be sent again after this status. */
export function isRetryable(status: number): boolean {
  return RETRYABLE.has(status);
}

/**
 * The wait before attempt `attempt` + 1, in milliseconds: doubled each time, and cut by up to a half at random, so that
 * many agents don't come back at once. A `Retry-After` of the receiver is the least.
 *
 * @param random 0 to 1
 */
export function backoff(attempt: number, retryAfterMs: number | null, options: RetryOptions, random: number): number {
  const wait = Math.min(options.maxMs, options.initialMs * 2 ** Math.min(attempt - 1, 30));
  return Math.max(wait * (0.5 + random / 2), retryAfterMs ?? 0);
}

/** A `Retry-After` header, seconds or a date (RFC 9110 section 10.2.3), in milliseconds from now; null for none. */
export function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const date = header.length < 64 ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
