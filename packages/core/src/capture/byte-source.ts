/** Bytes that come in pieces, taken in whatever portions their reader wants. */
export class ByteSource {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);
  #ended = false;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** The next bytes, without taking them: `count`, or fewer where there are no more. */
  async peek(count: number): Promise<Buffer> {
    while (this.#held.length < count && !this.#ended) {
      const { value, done } = await this.#pieces.next();
      if (done) this.#ended = true;
      else this.#held = this.#held.length === 0 ? asBuffer(value) : Buffer.concat([this.#held, value]);
    }
    return this.#held.subarray(0, count);
  }

  /** Takes what is at hand, `most` at most; null at the end. */
  async take(most: number): Promise<Buffer | null> {
    if ((await this.peek(1)).length === 0) return null;
    const taken = this.#held.subarray(0, most);
    this.#held = this.#held.subarray(taken.length);
    return taken;
  }

  /** All that is left, in the pieces in which it comes. */
  async *rest(): AsyncGenerator<Buffer> {
    for (;;) {
      const piece = await this.take(Number.POSITIVE_INFINITY);
      if (piece === null) return;
      yield piece;
    }
  }

  /** Nobody wants any more: where the bytes come from may close. */
  async close(): Promise<void> {
    if (!this.#ended) await this.#pieces.return?.();
  }

  /** Puts back what was taken last, or the end of it. */
  giveBack(bytes: Buffer): void {
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([bytes, this.#held]);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
