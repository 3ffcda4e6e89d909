import type { NativeRing } from '../../src/backend.js';

const page = 4096;

/** A ring buffer in ordinary memory, with the producer's side of it: what `kernel/bpf/ringbuf.c` does. */
export class FakeRing implements NativeRing {
  readonly consumer = new ArrayBuffer(page);
  readonly producer: ArrayBuffer;
  readonly dataOffset = page;
  readonly size: number;
  closed = 0;
  readonly #consumerPosition = new BigUint64Array(this.consumer, 0, 1);
  readonly #producerPosition: BigUint64Array;
  readonly #data: DataView;

  /** @param position - where both sides begin */
  constructor(size: number, position = 0n) {
    this.size = size;
    this.producer = new ArrayBuffer(page + 2 * size);
    this.#producerPosition = new BigUint64Array(this.producer, 0, 1);
    this.#data = new DataView(this.producer, page);
    this.#producerPosition[0] = position;
    this.#consumerPosition[0] = position;
  }

  get consumed(): bigint {
    return this.#consumerPosition[0]!;
  }

  get produced(): bigint {
    return this.#producerPosition[0]!;
  }

  /** Reserves a record; false if the ring is full. Returns its place for {@link FakeRing.submit}. */
  reserve(payload: Uint8Array): bigint | false {
    const place = this.produced;
    const step = BigInt(Math.ceil((payload.length + 8) / 8) * 8);
    if (place + step - this.consumed > BigInt(this.size)) return false;
    this.#header(place, (payload.length | 0x8000_0000) >>> 0);
    payload.forEach((byte, index) => {
      this.#put(place + 8n + BigInt(index), byte);
    });
    this.#producerPosition[0] = place + step;
    return place;
  }

  /** Makes a reserved record readable. */
  submit(place: bigint, discard = false): void {
    const length = this.#data.getUint32(Number(place % BigInt(this.size)), true) & 0x3fff_ffff;
    this.#header(place, discard ? length | 0x4000_0000 : length);
  }

  /** Reserves and submits. */
  write(payload: Uint8Array, discard = false): boolean {
    const place = this.reserve(payload);
    if (place === false) return false;
    this.submit(place, discard);
    return true;
  }

  close(): void {
    this.closed++;
  }

  #header(place: bigint, word: number): void {
    const at = Number(place % BigInt(this.size));
    this.#data.setUint32(at, word, true);
    this.#data.setUint32(at + this.size, word, true);
  }

  /** Both images of the data area show the same memory. */
  #put(place: bigint, byte: number): void {
    const at = Number(place % BigInt(this.size));
    this.#data.setUint8(at, byte);
    this.#data.setUint8(at + this.size, byte);
  }
}
