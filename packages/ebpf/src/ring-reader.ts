import type { NativeRing } from './backend.js';
import { EbpfError } from './errors.js';
import type { BpfMap } from './map.js';
import { type RecordHandler, RecordWalk } from './record-walk.js';
import { checkedPace, nextWait, type RingPace } from './ring-pace.js';

/** What a {@link RingReader} calls. */
export interface RingHandlers extends RecordHandler {
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

/** Counters of a reader. */
export interface RingStats {
  /** Records handed out. */
  readonly records: number;
  /** Their bytes, without the ring's own headers. */
  readonly bytes: number;
  /** Bytes in the ring that were not read yet, headers included. */
  readonly pendingBytes: number;
}

/** The kernel learns at least this often what was read, in parts of the ring: producers must not wait for a long drain. */
const commitsPerRing = 16;
const recordsPerStep = 256;

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
  readonly #walk: RecordWalk;
  /** What the kernel was last told. */
  #position: bigint;
  #timer: NodeJS.Timeout | undefined;
  #started = false;
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
    this.#position = Atomics.load(this.#consumerPosition, 0);
    this.#walk = new RecordWalk(ring, Number(BigInt.asIntN(32, this.#position)), handlers);
  }

  get stats(): RingStats {
    const { records, bytes } = this.#walk;
    return { records, bytes, pendingBytes: this.#open ? this.#pending() : 0 };
  }

  /**
   * Hands out what is there, at most `limit` records, and returns how many it were. What arrives meanwhile is for the
   * next call, so that it always ends. It ends early at a record that a program has reserved and not submitted yet.
   *
   * @throws whatever `onRecord` throws, where there is no `onError`; that record is consumed
   * @throws EbpfError `CLOSED`; `INVALID_ARGUMENT` when it is called from within `onRecord`
   */
  drain(limit = Number.POSITIVE_INFINITY): number {
    this.#checkOpen();
    if (this.#draining) throw new EbpfError('INVALID_ARGUMENT', 'drain was called from within onRecord');
    const before = this.#walk.records;
    const producer = Atomics.load(this.#producerLow, 0);
    this.#draining = true;
    try {
      for (;;) {
        try {
          this.#advance(producer, limit - (this.#walk.records - before));
          break;
        } catch (error) {
          if (!this.#handlers.onError) throw error;
          this.#handlers.onError(error);
        }
      }
    } finally {
      this.#draining = false;
    }
    return this.#walk.records - before;
  }

  /**
   * Drains from now on, by a timer that adapts: `minMs` while much arrives, step by step up to `maxMs` when little does.
   * Like a listening socket it keeps the process alive until it is stopped or closed.
   */
  start(pace: RingPace = {}): void {
    const checked = checkedPace(pace);
    this.#checkOpen();
    this.stop();
    this.#started = true;
    let wait = checked.minMs;
    const turn = () => {
      const fill = this.#pending() / this.#ring.size;
      const read = this.drain(checked.limit);
      wait = nextWait(wait, fill, read, checked);
      // A handler may have stopped or closed the reader.
      if (this.#started) this.#timer = setTimeout(turn, wait);
    };
    this.#timer = setTimeout(turn, wait);
  }

  /** Ends what `start` began; what is in the ring stays there for the next `drain`. Idempotent. */
  stop(): void {
    this.#started = false;
    clearTimeout(this.#timer);
  }

  /** Stops, and unmaps the ring. Views that were handed out read as zeros from then on. Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#walk.closed = true;
    this.stop();
    this.#map.closeRing(this);
    this.#ring.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #advance(producer: number, limit: number): void {
    const walk = this.#walk;
    const end = walk.records + limit;
    let committed = walk.low;
    try {
      while (walk.low !== producer && walk.records < end) {
        const before = walk.low;
        walk.step(producer, Math.min(end - walk.records, recordsPerStep));
        if (walk.low === before) return;
        if (((walk.low - committed) >>> 0) * commitsPerRing >= this.#ring.size) {
          this.#commit();
          committed = walk.low;
        }
      }
    } finally {
      this.#commit();
    }
  }

  /** Gives the kernel back what was read. */
  #commit(): void {
    if (!this.#open) return;
    const low = this.#walk.low >>> 0;
    const before = this.#position;
    let position = (before & ~0xffff_ffffn) | BigInt(low);
    if (position < before) position += 0x1_0000_0000n;
    if (position === before) return;
    this.#position = position;
    Atomics.store(this.#consumerPosition, 0, position);
  }

  #checkOpen(): void {
    if (!this.#open) throw new EbpfError('CLOSED', `the reader of ring ${this.#map.name} is closed`);
  }

  #pending(): number {
    return (Atomics.load(this.#producerLow, 0) - this.#walk.low) >>> 0;
  }
}
