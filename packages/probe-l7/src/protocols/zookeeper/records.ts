import { Interner } from '@sonde/core';
import { FieldReader } from '../field-reader.js';

const names = new Interner({ capacity: 4096, encoding: 'utf8' });
/** Bytes of a node's statistics (org.apache.zookeeper.data.Stat). */
const STAT = 68;
/** Its data version follows two transactions and two times. */
const STAT_VERSION = 32;

/** Reads fields of Jute records one after another. Beyond the end everything is empty, and {@link short} says so. */
export class Records extends FieldReader {
  int(): number {
    const at = this.take(4);
    return at < 0 ? 0 : this.view.getInt32(at);
  }

  bool(): boolean {
    const at = this.take(1);
    return at >= 0 && this.bytes[at] !== 0;
  }

  /** Eight bytes in hexadecimal, as ZooKeeper's logs show sessions and transactions: `0x100000002`. */
  long(): string {
    const at = this.take(8);
    if (at < 0) return '0x0';
    const high = this.view.getUint32(at);
    const low = this.view.getUint32(at + 4).toString(16);
    return high === 0 ? `0x${low}` : `0x${high.toString(16)}${low.padStart(8, '0')}`;
  }

  string(): string | null {
    const length = this.int();
    const at = length < 0 ? -1 : this.take(length);
    return at < 0 ? null : names.take(this.bytes, at, at + length);
  }

  /** Steps over a buffer, or a string, and gives its length. */
  buffer(): number {
    const length = Math.max(0, this.int());
    this.take(length);
    return length;
  }

  /** Steps over a list of strings; gives its length. */
  strings(): number {
    const count = Math.max(0, this.int());
    for (let i = 0; i < count && !this.short; i++) this.buffer();
    return count;
  }

  /** Steps over a list of permissions, each with its scheme and id. */
  acls(): void {
    const count = Math.max(0, this.int());
    for (let i = 0; i < count && !this.short; i++) {
      this.int();
      this.buffer();
      this.buffer();
    }
  }

  /** Steps over a node's statistics; gives the version of its data. */
  stat(): number {
    const at = this.take(STAT);
    return at < 0 ? 0 : this.view.getInt32(at + STAT_VERSION);
  }
}
