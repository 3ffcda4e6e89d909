import { BodyReader } from './body-reader.js';
import { names } from './names.js';

const LF = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** JSON texts, each on a line of its own: fastjson, gson, protobuf-json. */
export class LineReader extends BodyReader {
  override text(): string | null {
    const [start, end] = this.#line();
    if (this.fault !== null) return null;
    if (end - start === 4 && this.bytes[start] === 0x6e) return null; // null
    if (end - start < 2 || this.bytes[start] !== QUOTE || this.bytes[end - 1] !== QUOTE) return this.stop('bad');
    for (let at = start + 1; at < end - 1; at++) if (this.bytes[at] === BACKSLASH) return this.stop('bad');
    return names.take(this.bytes, start + 1, end - 1);
  }

  override small(): number | null {
    const [start, end] = this.#line();
    const digit = this.fault === null && end - start === 1 ? this.bytes[start]! - 0x30 : -1;
    return digit >= 0 && digit <= 9 ? digit : this.stop('bad');
  }

  #line(): [number, number] {
    const start = this.at;
    let end = start;
    while (end < this.end && this.bytes[end] !== LF) end++;
    if (end >= this.end) this.stop('short');
    else this.at = end + 1;
    return [start, end > start && this.bytes[end - 1] === 0x0d ? end - 1 : end];
  }
}
