import { EbpfError } from './errors.js';

/** Pace of a started ring reader. */
export interface RingPace {
  /** Wait after a drain that found much, in milliseconds. @default 1 */
  readonly minMs?: number;
  /** Longest wait while little arrives, in milliseconds. @default 20 */
  readonly maxMs?: number;
  /** Most records of one drain, so that other work gets its turn. @default 65536 */
  readonly limit?: number;
}

/** A ring that fills to this part between two turns is full within 64 of them: hurry. */
const much = 1 / 64;
/** Below this, waiting longer costs nothing but latency, and saves wake-ups. */
const little = 1 / 512;

/** @throws EbpfError `INVALID_ARGUMENT` */
export function checkedPace({ minMs = 1, maxMs = 20, limit = 65_536 }: RingPace): Required<RingPace> {
  if (minMs >= 1 && maxMs >= minMs && limit >= 1) return { minMs, maxMs, limit };
  throw new EbpfError('INVALID_ARGUMENT', `no pace: ${limit} records each ${minMs} to ${maxMs} ms`, {
    hint: '1 ≤ minMs ≤ maxMs, and limit ≥ 1',
  });
}

/**
 * How long to wait for the next turn, in milliseconds.
 *
 * @param wait - how long the last wait was
 * @param fill - part of the ring that was full at this turn, 0 to 1
 * @param read - records of this turn
 */
export function nextWait(
  wait: number,
  fill: number,
  read: number,
  { minMs, maxMs, limit }: Required<RingPace>,
): number {
  if (read >= limit) return 0;
  if (fill > much) return minMs;
  const next = read === 0 ? wait * 2 : wait + (fill > little ? -1 : 1);
  return Math.min(maxMs, Math.max(minMs, next));
}
