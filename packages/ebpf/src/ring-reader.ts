import type { NativeRing } from './backend.js';
import { EbpfError } from './errors.js';
import type { BpfMap } from './map.js';

/** What a {@link RingReader} calls. */
export interface RingHandlers {
  /**
   * One record: the bytes from `start` up to `end` of `bytes`, which is the whole ring in memory (`view` is a `DataView`
   * of the same memory, with the same offsets). The record is leased: its memory is the kernel's again when the call
   * returns, so whoever keeps something copies it (`bytes.slice(start, end)`).
   */
  onRecord(bytes: Uint8Array, view: DataView, start: number, end: number): void;
  /**
   * `onRecord` threw; the reader goes on with the next record.
   *
   * @default the error leaves `drain`; a started reader stops and the error is thrown as an uncaught exception
   */
  onError?(error: unknown): void;
}

/** Pace of a started reader. */
export interface RingPace {
  /** Wait after a drain that found much, in milliseconds. @default 1 */
  readonly minMs?: number;
  /** Longest wait while little arrives, in milliseconds. @default 20 */
  readonly maxMs?: number;
  /** Most records of one drain, so that other work gets its turn. @default 65536 */
  readonly limit?: number;
}

/** Counters of a reader. */
export interface RingStats {
  /** Records handed out. */
  readonly records: number;
  /** Their bytes, without the ring's own headers. */
  readonly bytes: number;
  /** Bytes in the ring that were not read yet, headers included. */
  readonly pendingBytes: number;
}

/** Highest bits of a record's length (`BPF_RINGBUF_BUSY_BIT`, `BPF_RINGBUF_DISCARD_BIT`). */
const discardBit = 0x4000_0000;
const lengthMask = 0x3fff_ffff;
const headerSize = 8;
/** The kernel learns at least this often what was read, in parts of the ring: producers must not wait for a long drain. */
const commitsPerRing = 16;

/**
 * Reads a ring buffer in the memory where the kernel writes it: no system call, no native call and no copy for each
 * record. One reader for each ring; layout and rules: `Documentation/bpf/ringbuf.rst`, `kernel/bpf/ringbuf.c`.
 *
 * Programs may submit with `BPF_RB_NO_WAKEUP`: the reader looks by itself, at a pace that follows the traffic.
 */
export class RingReader implements Disposable {
  readonly #map: BpfMap;
  readonly #ring: NativeRing;
  readonly #handlers: RingHandlers;
  readonly #consumerPosition: BigUint64Array;
  /** Low half of the producer's position, which is all that distances within a ring take, and is read without a BigInt. */
  readonly #producerLow: Int32Array;
  /** Data area as words, for the records' headers. */
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Position up to which was read, as its low half and multiples of 2^32. */
  #low: number;
  #high: bigint;
  #records = 0;
  #recordBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #draining = false;
  #open = true;

  /**
   * Maps the ring.
   *
   * @throws EbpfError `INVALID_ARGUMENT` if the map is no ring buffer, `RING_FAILED` if it can't be mapped
   */
  constructor(map: BpfMap, handlers: RingHandlers) {
    this.#map = map;
    this.#handlers = handlers;
    const ring = map.openRing(this);
    this.#ring = ring;
    this.#consumerPosition = new BigUint64Array(ring.consumer, 0, 1);
    this.#producerLow = new Int32Array(ring.producer, 0, 1);
    this.#words = new Int32Array(ring.producer, ring.dataOffset);
    this.#bytes = new Uint8Array(ring.producer, ring.dataOffset);
    this.#view = new DataView(ring.producer, ring.dataOffset);
    const position = Atomics.load(this.#consumerPosition, 0);
    this.#low = Number(position & 0xffff_ffffn);
    this.#high = position >> 32n;
  }

  get stats(): RingStats {
    return { records: this.#records, bytes: this.#recordBytes, pendingBytes: this.#open ? this.#pending() : 0 };
  }

  /**
   * Hands out what is there, at most `limit` records, and returns how many it were. What arrives meanwhile is for the
   * next call, so that it always ends. It ends early at a record that a program has reserved and not submitted yet.
   *
   * @throws whatever `onRecord` throws, where there is no `onError`; that record is consumed
   * @throws EbpfError `CLOSED`; `INVALID_ARGUMENT` when it is called from within `onRecord`
   */
  drain(limit = Number.POSITIVE_INFINITY): number {
    if (!this.#open) throw new EbpfError('CLOSED', `the reader of ring ${this.#map.name} is closed`);
    if (this.#draining) throw new EbpfError('INVALID_ARGUMENT', 'drain was called from within onRecord');
    const before = this.#records;
    const producer = Atomics.load(this.#producerLow, 0) >>> 0;
    this.#draining = true;
    try {
      for (;;) {
        try {
          this.#walk(producer, limit - (this.#records - before));
          break;
        } catch (error) {
          if (!this.#handlers.onError) throw error;
          this.#handlers.onError(error);
        }
      }
    } finally {
      this.#draining = false;
    }
    return this.#records - before;
  }

  /**
   * Drains from now on, by a timer that adapts: `minMs` while much arrives, step by step up to `maxMs` when little does.
   * Like a listening socket it keeps the process alive until it is stopped or closed.
   */
  start(pace: RingPace = {}): void {
    const { minMs = 1, maxMs = 20, limit = 65_536 } = pace;
    if (!(minMs >= 1 && maxMs >= minMs)) {
      throw new EbpfError('INVALID_ARGUMENT', `a pace of ${minMs} to ${maxMs} ms: 1 ≤ minMs ≤ maxMs`);
    }
    this.stop();
    let wait = minMs;
    const turn = () => {
      this.#timer = undefined;
      const fill = this.#pending() / this.#ring.size;
      const read = this.drain(limit);
      if (!this.#open) return;
      // A ring that fills to 1/64 between two turns would be full within 64 of them: hurry.
      if (fill > 1 / 64) wait = minMs;
      else if (read === 0) wait = Math.min(maxMs, wait * 2);
      else wait = Math.min(maxMs, Math.max(minMs, wait + (fill > 1 / 512 ? -1 : 1)));
      this.#timer = setTimeout(turn, read >= limit ? 0 : wait);
    };
    this.#timer = setTimeout(turn, wait);
  }

  /** Ends what `start` began; what is in the ring stays there for the next `drain`. Idempotent. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Stops, and unmaps the ring. Views that were handed out read as zeros from then on. Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.stop();
    this.#map.closeRing(this);
    this.#ring.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Walks up to a position of the producer, a record that isn't submitted yet, or the limit. */
  #walk(producer: number, limit: number): void {
    const { size } = this.#ring;
    const mask = size - 1;
    const words = this.#words;
    const bytes = this.#bytes;
    const view = this.#view;
    const handlers = this.#handlers;
    const commitAfter = size / commitsPerRing;
    let low = this.#low;
    let left = (producer - low) >>> 0;
    let uncommitted = 0;
    let records = 0;
    let recordBytes = 0;
    try {
      // A handler may close the reader: what is mapped there then is no record.
      while (left > 0 && records < limit && this.#open) {
        const at = low & mask;
        // Pairs with the release of bpf_ringbuf_commit(); the sign is BPF_RINGBUF_BUSY_BIT.
        const header = Atomics.load(words, at >>> 2);
        if (header < 0) break;
        const length = header & lengthMask;
        const step = (length + headerSize + 7) & ~7;
        low = (low + step) >>> 0;
        left -= step;
        uncommitted += step;
        if ((header & discardBit) === 0) {
          records++;
          recordBytes += length;
          handlers.onRecord(bytes, view, at + headerSize, at + headerSize + length);
        }
        if (uncommitted >= commitAfter) {
          this.#commit(low);
          uncommitted = 0;
        }
      }
    } finally {
      this.#records += records;
      this.#recordBytes += recordBytes;
      if (uncommitted > 0) this.#commit(low);
    }
  }

  #commit(low: number): void {
    if (!this.#open) return;
    if (low < this.#low) this.#high++;
    this.#low = low;
    Atomics.store(this.#consumerPosition, 0, (this.#high << 32n) | BigInt(low));
  }

  #pending(): number {
    return ((Atomics.load(this.#producerLow, 0) >>> 0) - this.#low) >>> 0;
  }
}
