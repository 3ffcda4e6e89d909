import type { CaptureClock } from './capture-clock.js';

const OPTION_END = 0;
const OPTION_TSRESOL = 9;
const OPTION_TSOFFSET = 14;

/** What a pcapng interface description block says of the packets that refer to it. */
export class PcapngInterface {
  readonly linkType: number;
  /** Most bytes captured of a packet, 0 for no limit. */
  readonly snapLength: number;
  /** Units of the time stamp in a second. */
  readonly #resolution: bigint;
  readonly #offsetSeconds: number;

  /** Reads the block's body: `view[start]` up to, not including, `view[end]`. */
  constructor(view: DataView, start: number, end: number, little: boolean) {
    this.linkType = view.getUint16(start, little);
    this.snapLength = view.getUint32(start + 4, little);
    let resolution = 1_000_000n;
    let offset = 0;
    for (const option of options(view, start + 8, end, little)) {
      if (option.code === OPTION_TSRESOL && option.length >= 1) {
        const value = view.getUint8(option.start);
        // Bit 7 chooses between powers of 2 and of 10.
        resolution = (value & 0x80) !== 0 ? 2n ** BigInt(value & 0x7f) : 10n ** BigInt(Math.min(value, 38));
      } else if (option.code === OPTION_TSOFFSET && option.length >= 8) {
        offset = Number(view.getBigInt64(option.start, little));
      }
    }
    this.#resolution = resolution;
    this.#offsetSeconds = offset;
  }

  /** Converts a time stamp, given as its upper and lower half. */
  convert(clock: CaptureClock, high: number, low: number): number {
    const units = high * 0x1_0000_0000 + low;
    if (this.#resolution === 1_000_000n && units <= Number.MAX_SAFE_INTEGER) {
      const seconds = Math.floor(units / 1e6);
      return clock.convert(seconds + this.#offsetSeconds, (units - seconds * 1e6) * 1000);
    }
    const exact = (BigInt(high) << 32n) | BigInt(low);
    const seconds = Number(exact / this.#resolution);
    const nanoseconds = Number(((exact % this.#resolution) * 1_000_000_000n) / this.#resolution);
    return clock.convert(seconds + this.#offsetSeconds, nanoseconds);
  }
}

/** One option of a pcapng block. */
export interface PcapngOption {
  code: number;
  start: number;
  length: number;
}

/** The options between `start` and `end`; stops without complaint where they no longer fit. */
export function* options(view: DataView, start: number, end: number, little: boolean): Generator<PcapngOption> {
  let at = start;
  while (at + 4 <= end) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    if (code === OPTION_END || at + 4 + length > end) return;
    yield { code, start: at + 4, length };
    at += 4 + ((length + 3) & ~3);
  }
}
