import { BodyReader } from './body-reader.js';
import { names } from './names.js';

const BLOCK = 0x77;
const LONG_BLOCK = 0x7a;
/** Magic and version of a stream of Java objects. */
const PREAMBLE = [0xac, 0xed, 0x00, 0x05];

/**
 * Java's own serialization: texts in blocks of primitive data. In the forms `java` and `compactedjava` each has its
 * length before it once more, -1 for null.
 *
 * @see https://docs.oracle.com/en/java/javase/17/docs/specs/serialization/protocol.html
 */
export class JavaReader extends BodyReader {
  readonly #native: boolean;
  /** Where the block ends. */
  #blockEnd = 0;

  constructor(native: boolean) {
    super();
    this.#native = native;
  }

  override begin(bytes: Uint8Array, start: number, end: number): void {
    super.begin(bytes, start, end);
    for (const byte of PREAMBLE) if (this.byte() !== byte) this.stop('bad');
    this.#blockEnd = this.at;
  }

  override text(): string | null {
    if (!this.#native && this.#number(4) === 0xffff_ffff) return null;
    const size = this.#number(2);
    const start = this.at;
    if (this.fault === null && start + size > this.#blockEnd) this.stop('bad'); // in two blocks
    this.over(size);
    return this.fault === null ? names.take(this.bytes, start, this.at) : null;
  }

  override small(): number | null {
    const value = this.#number(1);
    return this.fault === null && value < 32 ? value : this.stop('bad');
  }

  #number(size: 1 | 2 | 4): number {
    if (this.fault === null && this.at >= this.#blockEnd) this.#block();
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.byte();
    return value;
  }

  #block(): void {
    const code = this.byte();
    const size = code === BLOCK ? this.byte() : code === LONG_BLOCK ? this.uint(4) : -1;
    if (size < 0) this.stop('bad');
    this.#blockEnd = this.at + size;
  }
}
