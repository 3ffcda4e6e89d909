const INITIAL = 256 * 1024;

/** Grows as needed, and is used again for each block. */
export class EntryWriter {
  #bytes = Buffer.allocUnsafe(INITIAL);
  length = 0;

  /** What was written. Valid until the next write. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  u8(value: number): void {
    this.#room(1);
    this.#bytes[this.length++] = value;
  }

  u32(value: number): void {
    this.#room(4);
    this.length = this.#bytes.writeUInt32LE(value, this.length);
  }

  /** LEB128, for whole numbers up to 2^53. */
  varint(value: number): void {
    this.#room(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.length++] = rest;
  }

  /** Zigzag: small numbers of either sign stay short. */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Length, then the bytes. */
  blob(bytes: Uint8Array, start = 0, end = bytes.length): void {
    this.varint(end - start);
    this.#room(end - start);
    for (let at = start; at < end && end - start < 32; at++) this.#bytes[this.length++] = bytes[at]!;
    if (end - start < 32) return;
    this.#bytes.set(bytes.subarray(start, end), this.length);
    this.length += end - start;
  }

  json(value: unknown): void {
    this.blob(Buffer.from(JSON.stringify(value)));
  }

  #room(bytes: number): void {
    if (this.length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.length + bytes));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
  }
}
