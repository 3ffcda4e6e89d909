import { BodyReader } from './body-reader.js';
import { names } from './names.js';

/** How {@link BinaryReader} finds the length of a text. */
export type BinaryFlavour = 'kryo' | 'avro' | 'protostuff' | 'protobuf';

/** A length, then the text: what several serializations do, each in a way of its own. */
export class BinaryReader extends BodyReader {
  readonly #flavour: BinaryFlavour;

  constructor(flavour: BinaryFlavour) {
    super();
    this.#flavour = flavour;
  }

  override text(): string | null {
    switch (this.#flavour) {
      case 'kryo':
        return this.#kryo();
      case 'avro': {
        const zigzag = this.varint();
        return (zigzag & 1) === 0 ? this.#take(zigzag / 2) : this.stop('bad');
      }
      case 'protostuff':
        return this.#take(this.uint(4));
      default:
        return this.#protobuf();
    }
  }

  override small(): number | null {
    let value = this.byte();
    if (this.#flavour === 'protobuf' && value > 0) {
      // A message with an int32 as field 1, its size before it; an empty one is 0.
      if (value !== 2 || this.byte() !== 0x08) return this.stop('bad');
      value = this.byte();
    }
    return this.fault === null && value < 32 ? value : this.stop('bad');
  }

  /** A message with a string as field 1, its size before it. */
  #protobuf(): string | null {
    const size = this.varint();
    const end = this.at + size;
    if (this.fault !== null) return null;
    if (size === 0) return '';
    if (this.byte() !== 0x0a) return this.stop('bad');
    const length = this.varint();
    return this.at + length === end ? this.#take(length) : this.stop('bad');
  }

  /** ASCII ends with a byte that has its highest bit set; other texts begin with such a byte, which holds a length. */
  #kryo(): string | null {
    const first = this.byte();
    if (this.fault !== null || first === 0x80) return null;
    if (first >= 0x80) return this.#kryoUtf8(first);
    const start = this.at - 1;
    let text = '';
    for (let byte = first; ; byte = this.byte()) {
      if (this.fault !== null) return null;
      if (byte < 0x80) continue;
      text = names.take(this.bytes, start, this.at - 1) + String.fromCharCode(byte & 0x7f);
      return text;
    }
  }

  #kryoUtf8(first: number): string | null {
    let count = first & 0x3f;
    if ((first & 0x40) !== 0) count += this.varint() * 64;
    const start = this.at;
    // Counted in characters, one more than there are; those of names are ASCII.
    for (let i = 1; i < count && this.fault === null; i++) if (this.byte() >= 0x80) return this.stop('bad');
    return this.fault === null ? names.take(this.bytes, start, this.at) : null;
  }

  #take(size: number): string | null {
    const start = this.at;
    this.over(size);
    return this.fault === null ? names.take(this.bytes, start, this.at) : null;
  }
}
