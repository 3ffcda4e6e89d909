/** Why nothing more is read: the bytes ended, or they are not what they should be. */
export type Fault = 'short' | 'bad' | null;

/** Reads the head of a body in one serialization: texts one after the other, or the number that says how a call ended. */
export abstract class BodyReader {
  /** Set at the first value that could not be read; from then on nothing is told. */
  fault: Fault = null;
  protected bytes: Uint8Array = new Uint8Array(0);
  protected at = 0;
  protected end = 0;

  /** Begins at `bytes[start]`; of the body only what stands before `bytes[end]` is there. */
  begin(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.fault = null;
  }

  /** The next value, a text; null for null, and after a fault. */
  abstract text(): string | null;

  /** The next value, a number below 32; null after a fault. */
  abstract small(): number | null;

  /** Class of the exception that follows, where the serialization tells it at once; null otherwise. */
  className(): string | null {
    return null;
  }

  protected over(count: number): void {
    if (this.at + count > this.end) this.stop('short');
    else this.at += count;
  }

  /** The next byte; 0 beyond the end. */
  protected byte(): number {
    if (this.at < this.end) return this.bytes[this.at++]!;
    this.stop('short');
    return 0;
  }

  /** Big-endian. */
  protected uint(size: 2 | 4): number {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.byte();
    return value;
  }

  /** Seven bits in each byte, the lowest first. */
  protected varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    this.stop('bad');
    return 0;
  }

  protected stop(fault: 'short' | 'bad'): null {
    this.fault ??= fault;
    return null;
  }
}
