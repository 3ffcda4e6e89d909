import { Interner, latin1 } from '@sonde/core';
import { FieldReader } from '../field-reader.js';

const names = new Interner({ capacity: 2048, encoding: 'utf8' });

/** Reads the values of a body one after the other. */
export class Body extends FieldReader {
  u8(): number {
    const at = this.take(1);
    return at < 0 ? 0 : this.bytes[at]!;
  }

  u16(): number {
    const at = this.take(2);
    return at < 0 ? 0 : this.view.getUint16(at);
  }

  i32(): number {
    const at = this.take(4);
    return at < 0 ? 0 : this.view.getInt32(at);
  }

  /** `[string]`: a name, a keyspace. */
  string(): string {
    const length = this.u16();
    const at = this.take(length);
    return at < 0 ? '' : names.take(this.bytes, at, at + length);
  }

  skipString(): void {
    this.skip(this.u16());
  }

  /** `[long string]`, as long as it is there: `short` is set if it is cut. */
  longString(most: number): string {
    const length = this.i32();
    if (length < 0 || this.short) {
      this.giveUp();
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
    const at = this.take(length);
    return at < 0 ? '' : latin1(this.bytes, at, at + length);
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
      this.giveUp();
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
