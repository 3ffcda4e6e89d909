/**
 * Reads the fields of a message one after another, straight from a window: the base of what a protocol's own reader adds.
 * Beyond the end everything is zero or empty, and {@link short} says so.
 */
export class FieldReader {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  at = 0;
  end = 0;
  /** Fields were asked for that the bytes don't hold. */
  short = false;

  /** Begins anew with `bytes[start]` up to, not including, `bytes[end]`. */
  over(bytes: Uint8Array, view: DataView, start: number, end: number): this {
    this.bytes = bytes;
    this.view = view;
    this.at = start;
    this.end = end;
    this.short = false;
    return this;
  }

  /** Bytes that were not read yet. */
  get left(): number {
    return this.end - this.at;
  }

  skip(count: number): void {
    this.take(count);
  }

  /** Reads nothing more: what is left can't be made sense of. */
  giveUp(): -1 {
    this.short = true;
    this.at = this.end;
    return -1;
  }

  /** Steps over `count` bytes and gives the position of the first; -1, at the end, where there are fewer. */
  protected take(count: number): number {
    const { at } = this;
    if (count < 0 || count > this.end - at) return this.giveUp();
    this.at += count;
    return at;
  }
}
