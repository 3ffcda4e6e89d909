import { BodyReader } from './body-reader.js';
import { names } from './names.js';

/** Codes of JSONB, the binary form of fastjson2 (`com.alibaba.fastjson2.JSONB.Constants`). */
const Code = {
  ascii: 0x49,
  asciiLast: 0x78,
  asciiLong: 0x79,
  utf8: 0x7a,
  typed: 0x92,
  null: 0xaf,
  int8: 0xbd,
} as const;

/** Values of fastjson2: a length of four bytes, then JSONB. */
export class JsonbReader extends BodyReader {
  override text(): string | null {
    const next = this.#value();
    if (this.bytes[this.at] === Code.null && next > this.at) {
      this.over(1);
      return null;
    }
    return this.#string(next);
  }

  override small(): number | null {
    const next = this.#value();
    const code = this.byte();
    const value = code === Code.int8 ? this.byte() : code;
    return this.fault === null && this.at === next && value < 32 ? value : this.stop('bad');
  }

  override className(): string | null {
    this.#value();
    return this.byte() === Code.typed ? this.#string(-1) : this.stop('bad');
  }

  /** Reads the length of a value; where the next one begins. */
  #value(): number {
    const length = this.uint(4);
    return this.at + length;
  }

  /** A string that ends at `next`, or anywhere for -1. */
  #string(next: number): string | null {
    const code = this.byte();
    if (this.fault !== null) return null;
    let size = -1;
    if (code >= Code.ascii && code <= Code.asciiLast) size = code - Code.ascii;
    else if (code === Code.asciiLong || code === Code.utf8) size = this.#int();
    const start = this.at;
    if (size < 0 || (next >= 0 && start + size !== next)) return this.stop('bad');
    this.over(size);
    return this.fault === null ? names.take(this.bytes, start, this.at) : null;
  }

  /** An int of JSONB, as far as lengths of names need it. */
  #int(): number {
    const code = this.byte();
    if (code <= 0x2f) return code;
    if (code >= 0x30 && code <= 0x3f) return (code - 0x38) * 256 + this.byte();
    return code === 0x48 ? this.uint(4) : -1;
  }
}
