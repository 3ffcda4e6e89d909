import { Interner, latin1 } from '@sonde/core';

const names = new Interner({ capacity: 2048, encoding: 'utf8' });

/** Reads the values of a body one after the other. Past its end everything is 0 or empty, and {@link short} is set. */
export class Body {
  bytes: Uint8Array = new Uint8Array();
  view: DataView = new DataView(this.bytes.buffer);
  at = 0;
  end = 0;
  /** Something lies behind the end. */
  short = false;

  /** A body begins. */
  open(bytes: Uint8Array, view: DataView, at: number, end: number): this {
    this.bytes = bytes;
    this.view = view;
    this.at = at;
    this.end = end;
    this.short = false;
    return this;
  }

  /** Whether so many bytes are there. If not, nothing else is either. */
  #has(count: number): boolean {
    if (count >= 0 && this.at + count <= this.end && !this.short) return true;
    this.short = true;
    return false;
  }

  u8(): number {
    return this.#has(1) ? this.bytes[this.at++]! : 0;
  }

  u16(): number {
    if (!this.#has(2)) return 0;
    this.at += 2;
    return this.view.getUint16(this.at - 2);
  }

  i32(): number {
    if (!this.#has(4)) return 0;
    this.at += 4;
    return this.view.getInt32(this.at - 4);
  }

  skip(count: number): void {
    if (this.#has(count)) this.at += count;
  }

  /** `[string]`: a name, a keyspace. */
  string(): string {
    const length = this.u16();
    if (!this.#has(length)) return '';
    this.at += length;
    return names.take(this.bytes, this.at - length, this.at);
  }

  skipString(): void {
    this.skip(this.u16());
  }

  /** `[long string]`, as long as it is there: `short` is set if it is cut. */
  longString(most: number): string {
    const length = this.i32();
    if (length < 0 || this.short) {
      this.short = true;
      return '';
    }
    const from = this.at;
    const there = Math.min(length, this.end - from);
    this.skip(length);
    return names.take(this.bytes, from, from + Math.min(there, most));
  }

  /** `[short bytes]`, one character for each. */
  shortBytes(): string {
    const length = this.u16();
    if (!this.#has(length)) return '';
    this.at += length;
    return latin1(this.bytes, this.at - length, this.at);
  }

  /** `[bytes]` or `[value]`: a negative length stands for null. */
  skipBytes(): void {
    const length = this.i32();
    if (length > 0) this.skip(length);
  }

  /** `[bytes map]`. */
  skipBytesMap(): void {
    for (let entries = this.u16(); entries > 0 && !this.short; entries--) {
      this.skipString();
      this.skipBytes();
    }
  }

  /** `[option]`: the type of a column, in which others may be nested. */
  skipType(depth = 0): void {
    const type = this.u16();
    if (this.short) return;
    if (depth > 16) {
      this.short = true;
      return;
    }
    switch (type) {
      case 0x00: // custom: its class
        this.skipString();
        return;
      case 0x20: // list
      case 0x22: // set
        this.skipType(depth + 1);
        return;
      case 0x21: // map
        this.skipType(depth + 1);
        this.skipType(depth + 1);
        return;
      case 0x30: // user-defined type: keyspace, name, fields
        this.skipString();
        this.skipString();
        for (let fields = this.u16(); fields > 0 && !this.short; fields--) {
          this.skipString();
          this.skipType(depth + 1);
        }
        return;
      case 0x31: // tuple
        for (let parts = this.u16(); parts > 0 && !this.short; parts--) this.skipType(depth + 1);
        return;
      default:
    }
  }
}
