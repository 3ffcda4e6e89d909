import { BodyReader } from './body-reader.js';
import { names } from './names.js';

/** Values within values; deeper ones are given up. */
const MAX_DEPTH = 64;
/** Classes that are remembered of one body. */
const MAX_CLASSES = 1024;

/**
 * Reads texts and small numbers of Hessian 2, and steps over all other values, so that what follows the arguments of a
 * call can be found. After a fault everything is null.
 *
 * @see http://hessian.caucho.com/doc/hessian-serialization.html
 */
export class HessianReader extends BodyReader {
  /** Number of fields of each class that the body defined. */
  readonly #classes: number[] = [];

  override begin(bytes: Uint8Array, start: number, end: number): void {
    super.begin(bytes, start, end);
    this.#classes.length = 0;
  }

  override text(): string | null {
    const code = this.byte();
    if (this.fault !== null || code === 0x4e) return null;
    if (code <= 0x1f) return this.#chars(code);
    if (code >= 0x30 && code <= 0x33) return this.#chars((code & 3) * 256 + this.byte());
    if (code === 0x53) return this.#chars(this.uint(2));
    // A text in several parts is longer than any name.
    return this.stop('bad');
  }

  override small(): number | null {
    const code = this.byte();
    if (this.fault === null && code >= 0x80 && code <= 0xbf) return code - 0x90;
    return this.stop('bad');
  }

  override className(): string | null {
    if (this.byte() !== 0x43) return this.stop('bad');
    return this.text();
  }

  /** Whether a map follows; its entries are read by {@link key}. */
  map(): boolean {
    const code = this.byte();
    if (code === 0x4d) this.skip();
    else if (code !== 0x48) this.stop('bad');
    return this.fault === null;
  }

  /** Name of the next entry, or null at the end of the map, or where the name is no text. */
  key(): string | null {
    if (this.at < this.end && this.bytes[this.at] === 0x5a) {
      this.at++;
      return null;
    }
    return this.text();
  }

  /** Whether the value that follows is a text of at most 1023 characters. */
  get isText(): boolean {
    const code = this.at < this.end ? this.bytes[this.at]! : 0xff;
    return code <= 0x1f || (code >= 0x30 && code <= 0x33);
  }

  /** Steps over a value, whatever it is. */
  skip(depth = 0): void {
    if (depth > MAX_DEPTH) {
      this.stop('bad');
      return;
    }
    const code = this.byte();
    if (this.fault !== null) return;
    if (code <= 0x1f) this.#overChars(code);
    else if (code <= 0x2f) this.over(code - 0x20);
    else if (code <= 0x33) this.#overChars((code & 3) * 256 + this.byte());
    else if (code <= 0x37) this.over((code & 3) * 256 + this.byte());
    else if (code <= 0x3f) this.over(2);
    else if (code >= 0x80) this.over(extraBytes(code));
    else if (code >= 0x78) this.#values(code - 0x78, depth);
    else if (code >= 0x70) {
      this.skip(depth + 1);
      this.#values(code - 0x70, depth);
    } else if (code >= 0x60) this.#object(code - 0x60, depth);
    else this.#lettered(code, depth);
  }

  /** Values whose code is a letter. */
  #lettered(code: number, depth: number): void {
    switch (code) {
      case 0x41: // parts of binary data
      case 0x52: // parts of a text
        this.#parts(code, depth);
        return;
      case 0x42:
        this.over(this.uint(2));
        return;
      case 0x53:
        this.#overChars(this.uint(2));
        return;
      case 0x43:
        this.#define(depth);
        return;
      case 0x4f:
        this.#object(this.#count(), depth);
        return;
      case 0x44: // double
      case 0x4a: // date
      case 0x4c: // long
        this.over(8);
        return;
      case 0x49: // int
      case 0x4b: // date in minutes
      case 0x59: // long that fits in 32 bits
      case 0x5f: // float as thousandths
        this.over(4);
        return;
      case 0x5d:
        this.over(1);
        return;
      case 0x5e:
        this.over(2);
        return;
      case 0x46: // false, null, true, 0.0, 1.0
      case 0x4e:
      case 0x54:
      case 0x5b:
      case 0x5c:
        return;
      case 0x51: // reference
        this.#count();
        return;
      case 0x4d:
      case 0x55:
        this.skip(depth + 1); // type
        this.#untilEnd(depth);
        return;
      case 0x48:
      case 0x57:
        this.#untilEnd(depth);
        return;
      case 0x56:
        this.skip(depth + 1); // type
        this.#values(this.#count(), depth);
        return;
      case 0x58:
        this.#values(this.#count(), depth);
        return;
      default:
        this.stop('bad');
    }
  }

  #parts(first: number, depth: number): void {
    if (first === 0x41) this.over(this.uint(2));
    else this.#overChars(this.uint(2));
    // Parts follow one another, so that a loop will do.
    while (this.fault === null && this.bytes[this.at] === first && this.at < this.end) {
      this.at++;
      if (first === 0x41) this.over(this.uint(2));
      else this.#overChars(this.uint(2));
    }
    if (this.fault === null) this.skip(depth + 1);
  }

  #define(depth: number): void {
    this.skip(depth + 1); // name
    const fields = this.#count();
    this.#values(fields, depth);
    if (this.fault !== null || this.#classes.length >= MAX_CLASSES) {
      this.stop('bad');
      return;
    }
    this.#classes.push(fields);
    this.skip(depth + 1); // the object itself
  }

  #object(index: number, depth: number): void {
    const fields = this.#classes[index];
    if (fields === undefined) this.stop('bad');
    else this.#values(fields, depth);
  }

  #values(count: number, depth: number): void {
    if (count > this.end - this.at) this.stop('short'); // a value has a byte at least
    for (let i = 0; i < count && this.fault === null; i++) this.skip(depth + 1);
  }

  #untilEnd(depth: number): void {
    while (this.fault === null) {
      if (this.at < this.end && this.bytes[this.at] === 0x5a) {
        this.at++;
        return;
      }
      this.skip(depth + 1);
    }
  }

  /** An int that counts something or refers to it: never below 0. */
  #count(): number {
    const code = this.byte();
    let value = -1;
    if (code >= 0x80 && code <= 0xbf) value = code - 0x90;
    else if (code >= 0xc0 && code <= 0xcf) value = (code - 0xc8) * 256 + this.byte();
    else if (code >= 0xd0 && code <= 0xd7) value = (code - 0xd4) * 65_536 + this.uint(2);
    else if (code === 0x49) value = this.uint(4);
    if (value >= 0 && value <= 0x7fff_ffff) return value;
    this.stop('bad');
    return 0;
  }

  #chars(count: number): string | null {
    const start = this.at;
    this.#overChars(count);
    return this.fault === null ? names.take(this.bytes, start, this.at) : null;
  }

  /** Steps over `count` UTF-16 units, each in one to three bytes. */
  #overChars(count: number): void {
    let at = this.at;
    let left = count;
    for (; left > 0 && at < this.end; left--) {
      const byte = this.bytes[at]!;
      if (byte < 0x80) at++;
      else if (byte < 0xc0) {
        this.stop('bad');
        return;
      } else if (byte < 0xe0) at += 2;
      else if (byte < 0xf0) at += 3;
      else {
        at += 4;
        left--;
      }
    }
    if (left > 0 || at > this.end) this.stop('short');
    else this.at = at;
  }
}

/** Bytes that follow the code of a compact int or long. */
function extraBytes(code: number): number {
  if (code <= 0xbf) return 0;
  if (code <= 0xcf) return 1;
  if (code <= 0xd7) return 2;
  return code <= 0xef ? 0 : 1;
}
