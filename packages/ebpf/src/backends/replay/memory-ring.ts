import type { NativeRing } from '../../backend.js';

const page = 4096;
const headerSize = 8;
const busyBit = 0x8000_0000;
const largestRecord = 0x3fff_ffff;

/**
 * A ring buffer in plain memory, written here and read like one of the kernel's (`Documentation/bpf/ringbuf.rst`): the
 * data area lies twice in a row, so that a record at its end can be read in one piece.
 */
export class MemoryRing implements NativeRing {
  readonly consumer = new ArrayBuffer(page);
  readonly producer: ArrayBuffer;
  readonly dataOffset = page;
  readonly size: number;
  readonly #consumed = new BigUint64Array(this.consumer, 0, 1);
  readonly #produced: BigUint64Array;
  readonly #data: Uint8Array;
  readonly #words: Int32Array;
  #open = true;

  /** @param size - bytes of the data area, a power of two of at least 4096 */
  constructor(size: number) {
    this.size = size;
    this.producer = new ArrayBuffer(page + 2 * size);
    this.#produced = new BigUint64Array(this.producer, 0, 1);
    this.#data = new Uint8Array(this.producer, page);
    this.#words = new Int32Array(this.producer, page);
  }

  /** Bytes that were written and not read yet, headers included. */
  get pending(): number {
    return Number(Atomics.load(this.#produced, 0) - Atomics.load(this.#consumed, 0));
  }

  /** False once a reader has closed it. */
  get open(): boolean {
    return this.#open;
  }

  /** Appends a record; false if the ring has no room for it, as in a BPF program. */
  write(record: Uint8Array): boolean {
    const step = (record.length + headerSize + 7) & ~7;
    if (record.length > largestRecord || this.pending + step > this.size) return false;
    const position = Atomics.load(this.#produced, 0);
    const at = Number(position % BigInt(this.size));
    this.#store(at, record.length | busyBit);
    this.#copy(at + headerSize, record);
    this.#store(at, record.length);
    Atomics.store(this.#produced, 0, position + BigInt(step));
    return true;
  }

  close(): void {
    this.#open = false;
  }

  #store(at: number, header: number): void {
    Atomics.store(this.#words, at >>> 2, header);
    Atomics.store(this.#words, (at + this.size) >>> 2, header);
  }

  /** Writes once, and once more where the other image of the data area shows the same bytes. */
  #copy(at: number, record: Uint8Array): void {
    this.#data.set(record, at);
    const end = at + record.length;
    if (end > this.size) {
      this.#data.copyWithin(0, this.size, end);
      this.#data.copyWithin(this.size + at, at, this.size);
    } else {
      this.#data.copyWithin(at + this.size, at, end);
    }
  }
}
