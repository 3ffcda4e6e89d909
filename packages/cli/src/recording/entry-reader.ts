import { RecordingError } from './recording-error.js';

/** Reads what an {@link EntryWriter} wrote, believing none of its lengths. */
export class EntryReader {
  readonly bytes: Buffer;
  readonly view: DataView;
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  u8(): number {
    this.#need(1);
    return this.bytes[this.at++]!;
  }

  u32(): number {
    this.#need(4);
    const value = this.bytes.readUInt32LE(this.at);
    this.at += 4;
    return value;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (let length = 0; length < 8; length++) {
      const byte = this.u8();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      factor *= 0x80;
    }
    throw new RecordingError('RECORDING_DAMAGED', 'a number is too long');
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Steps over a blob, and gives where it begins; it ends at `at`. */
  blob(): number {
    const length = this.varint();
    this.#need(length);
    const start = this.at;
    this.at += length;
    return start;
  }

  /** A JSON object. Its fields are believed: a checksum stands over them. */
  object<T extends object>(): T {
    const start = this.blob();
    let value: unknown;
    try {
      value = JSON.parse(this.bytes.toString('utf8', start, this.at));
    } catch {
      value = null;
    }
    if (value === null || typeof value !== 'object') {
      throw new RecordingError('RECORDING_DAMAGED', 'an entry holds no JSON object');
    }
    return value as T;
  }

  #need(bytes: number): void {
    if (this.at + bytes > this.bytes.length) throw new RecordingError('RECORDING_DAMAGED', 'an entry is cut off');
  }
}
