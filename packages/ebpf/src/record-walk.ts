import type { NativeRing } from './backend.js';

/** What is called for each record: the whole ring in memory, and where the record lies in it. */
export interface RecordHandler {
  onRecord(bytes: Uint8Array, view: DataView, start: number, end: number): void;
}

const headerSize = 8;
/** A record's length without its two highest bits: `BPF_RINGBUF_BUSY_BIT` and `BPF_RINGBUF_DISCARD_BIT`. */
const lengthMask = 0x3fff_ffff;

/**
 * On x86 no load overtakes another, and V8 keeps loads and calls in their order: a plain read of a header is enough. An
 * `Atomics.load`, which arm64 needs, takes 6 ns more for each record.
 */
const loadsKeepOrder = process.arch === 'x64';

/**
 * The inner loop of the ring reader: steps from record to record in mapped memory. It is a class of its own, with plain
 * fields and short calls, because that is what V8 makes fast code of: as part of a long method it stayed in
 * on-stack replacement and was thrown out of it at each end.
 */
export class RecordWalk {
  /** Low half of the position up to which was read, signed: positions run around. */
  low: number;
  /** Records handed out so far. */
  records = 0;
  /** Their bytes. */
  bytes = 0;
  /** Set when the memory is taken away, which a handler may do: what is there then is no record. */
  closed = false;
  readonly #handler: RecordHandler;
  readonly #mask: number;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(ring: NativeRing, low: number, handler: RecordHandler) {
    this.low = low;
    this.#handler = handler;
    this.#mask = ring.size - 1;
    this.#words = new Int32Array(ring.producer, ring.dataOffset);
    this.#bytes = new Uint8Array(ring.producer, ring.dataOffset);
    this.#view = new DataView(ring.producer, ring.dataOffset);
  }

  /**
   * Hands out at most `most` records that lie before a position of the producer. It ends early at a record that is
   * reserved and not submitted yet; then, and only then, it may return with nothing done.
   *
   * @throws whatever the handler throws; `low` is then behind that record
   */
  step(producer: number, most: number): void {
    const mask = this.#mask;
    const words = this.#words;
    const bytes = this.#bytes;
    const view = this.#view;
    const handler = this.#handler;
    let low = this.low;
    let count = 0;
    let total = 0;
    try {
      while (low !== producer && count < most && !this.closed) {
        const at = low & mask;
        // Pairs with the release of bpf_ringbuf_commit(): what is behind the header must not be read before it.
        const header = loadsKeepOrder ? words[at >>> 2]! : Atomics.load(words, at >>> 2);
        if (header < 0) break; // busy
        const length = header & lengthMask;
        low = (low + ((length + headerSize + 7) & ~7)) | 0;
        if (header !== length) continue; // discarded
        count++;
        total += length;
        handler.onRecord(bytes, view, at + headerSize, at + headerSize + length);
      }
    } finally {
      this.low = low;
      this.records += count;
      this.bytes += total;
    }
  }
}
