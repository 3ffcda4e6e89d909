import { ElfError } from './elf-error.js';

const bitModelTotal = 1 << 11;
const initial = bitModelTotal >> 1;
const states = 12;
const positionStates = 16;

// Where each group of probabilities begins in the one array that holds them all.
const isMatch = 0;
const isRep = isMatch + states * positionStates;
const isRepG0 = isRep + states;
const isRepG1 = isRepG0 + states;
const isRepG2 = isRepG1 + states;
const isRep0Long = isRepG2 + states;
const positionSlot = isRep0Long + states * positionStates;
const positionSpecial = positionSlot + 4 * 64;
const positionAlign = positionSpecial + 128;
const lengthSize = 2 + positionStates * 8 * 2 + 256;
const matchLength = positionAlign + 16;
const repLength = matchLength + lengthSize;
const literals = repLength + lengthSize;
const literalCoder = 0x300;

/** Bytes that grow up to a limit; they are the dictionary of the decoder at the same time. */
export class Output {
  bytes: Uint8Array;
  length = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
    this.bytes = new Uint8Array(Math.min(limit, 1 << 16));
  }

  /** @throws ElfError `ELF_TOO_LARGE` if `count` more bytes go beyond the limit. */
  reserve(count: number): void {
    const wanted = this.length + count;
    if (wanted > this.#limit) {
      throw new ElfError('ELF_TOO_LARGE', `compressed symbols unpack to more than ${this.#limit} bytes`);
    }
    if (wanted <= this.bytes.length) return;
    const grown = new Uint8Array(Math.min(this.#limit, Math.max(wanted, this.bytes.length * 2)));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}

/**
 * Decodes LZMA chunks (the algorithm of the LZMA SDK's specification, `lzma-specification.txt`). State lives on between
 * chunks, as LZMA2 wants it.
 */
export class LzmaDecoder {
  #probabilities = new Uint16Array(literals);
  #literalContext = 0;
  #literalPositionMask = 0;
  #positionMask = 0;
  #state = 0;
  #rep0 = 0;
  #rep1 = 0;
  #rep2 = 0;
  #rep3 = 0;

  #input: Uint8Array = new Uint8Array(0);
  #at = 0;
  #range = 0;
  #code = 0;

  /** Sets lc, lp and pb from their common byte. */
  setProperties(byte: number): void {
    const literalContext = byte % 9;
    const literalPosition = Math.floor(byte / 9) % 5;
    const position = Math.floor(byte / 45);
    if (position > 4 || literalContext + literalPosition > 4) throw corrupt();
    this.#literalContext = literalContext;
    this.#literalPositionMask = (1 << literalPosition) - 1;
    this.#positionMask = (1 << position) - 1;
    this.#probabilities = new Uint16Array(literals + (literalCoder << (literalContext + literalPosition)));
    this.resetState();
  }

  /** Forgets what was learnt of the data. */
  resetState(): void {
    this.#probabilities.fill(initial);
    this.#state = 0;
    this.#rep0 = this.#rep1 = this.#rep2 = this.#rep3 = 0;
  }

  /**
   * Decodes one chunk to exactly `size` bytes.
   *
   * @param dictionaryStart - position in the output before which nothing may be repeated
   * @throws ElfError `ELF_MALFORMED`
   */
  decode(input: Uint8Array, output: Output, size: number, dictionaryStart: number): void {
    if (input.length < 5) throw corrupt();
    output.reserve(size);
    this.#input = input;
    this.#code = ((input[1]! << 24) | (input[2]! << 16) | (input[3]! << 8) | input[4]!) >>> 0;
    this.#range = 0xffff_ffff;
    this.#at = 5;
    const end = output.length + size;
    while (output.length < end) this.#step(output, end, dictionaryStart);
  }

  #step(output: Output, end: number, dictionaryStart: number): void {
    const position = output.length & this.#positionMask;
    const state = this.#state;
    if (this.#bit(isMatch + state * positionStates + position) === 0) {
      this.#literal(output, dictionaryStart);
      return;
    }
    let length: number;
    if (this.#bit(isRep + state) === 0) {
      this.#rep3 = this.#rep2;
      this.#rep2 = this.#rep1;
      this.#rep1 = this.#rep0;
      length = this.#length(matchLength, position);
      this.#state = state < 7 ? 7 : 10;
      this.#rep0 = this.#distance(length);
    } else if (this.#bit(isRepG0 + state) === 0) {
      const short = this.#bit(isRep0Long + state * positionStates + position) === 0;
      if (short) this.#state = state < 7 ? 9 : 11;
      length = short ? 1 : this.#repeat(position);
    } else {
      this.#rotate(state);
      length = this.#repeat(position);
    }
    this.#copy(output, length, end, dictionaryStart);
  }

  #repeat(position: number): number {
    this.#state = this.#state < 7 ? 8 : 11;
    return this.#length(repLength, position);
  }

  /** Moves the second, third or fourth last distance to the front. */
  #rotate(state: number): void {
    let distance = this.#rep1;
    if (this.#bit(isRepG1 + state) !== 0) {
      if (this.#bit(isRepG2 + state) === 0) {
        distance = this.#rep2;
      } else {
        distance = this.#rep3;
        this.#rep3 = this.#rep2;
      }
      this.#rep2 = this.#rep1;
    }
    this.#rep1 = this.#rep0;
    this.#rep0 = distance;
  }

  #copy(output: Output, length: number, end: number, dictionaryStart: number): void {
    const { bytes } = output;
    let at = output.length;
    const from = at - this.#rep0 - 1;
    if (from < dictionaryStart || at + length > end) throw corrupt();
    for (let source = from; source < from + length; source++) bytes[at++] = bytes[source]!;
    output.length = at;
  }

  #literal(output: Output, dictionaryStart: number): void {
    const { bytes, length } = output;
    const previous = length > dictionaryStart ? bytes[length - 1]! : 0;
    const context =
      ((length & this.#literalPositionMask) << this.#literalContext) + (previous >> (8 - this.#literalContext));
    const base = literals + literalCoder * context;
    let symbol = 1;
    if (this.#state >= 7) {
      const from = length - this.#rep0 - 1;
      if (from < dictionaryStart) throw corrupt();
      let match = bytes[from]!;
      do {
        const matchBit = (match >> 7) & 1;
        match <<= 1;
        const bit = this.#bit(base + ((1 + matchBit) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (matchBit !== bit) break;
      } while (symbol < 0x100);
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.#bit(base + symbol);
    bytes[output.length++] = symbol & 0xff;
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  #length(base: number, position: number): number {
    if (this.#bit(base) === 0) return 2 + this.#tree(base + 2 + position * 8, 3);
    if (this.#bit(base + 1) === 0) return 10 + this.#tree(base + 2 + (positionStates + position) * 8, 3);
    return 18 + this.#tree(base + 2 + positionStates * 16, 8);
  }

  #distance(length: number): number {
    const slot = this.#tree(positionSlot + Math.min(length - 2, 3) * 64, 6);
    if (slot < 4) return slot;
    const directBits = (slot >> 1) - 1;
    const high = (2 | (slot & 1)) * 2 ** directBits;
    if (slot < 14) return high + this.#reverseTree(positionSpecial + high - slot, directBits);
    return high + this.#direct(directBits - 4) * 16 + this.#reverseTree(positionAlign, 4);
  }

  #tree(base: number, bits: number): number {
    let symbol = 1;
    for (let index = 0; index < bits; index++) symbol = (symbol << 1) | this.#bit(base + symbol);
    return symbol - (1 << bits);
  }

  #reverseTree(base: number, bits: number): number {
    let symbol = 1;
    let result = 0;
    for (let index = 0; index < bits; index++) {
      const bit = this.#bit(base + symbol);
      symbol = (symbol << 1) | bit;
      result |= bit << index;
    }
    return result;
  }

  #direct(bits: number): number {
    let result = 0;
    for (let index = 0; index < bits; index++) {
      this.#range >>>= 1;
      const above = this.#code >= this.#range;
      if (above) this.#code -= this.#range;
      result = result * 2 + (above ? 1 : 0);
      this.#normalise();
    }
    return result;
  }

  #bit(index: number): number {
    const probability = this.#probabilities[index]!;
    const bound = (this.#range >>> 11) * probability;
    let bit = 0;
    if (this.#code < bound) {
      this.#range = bound;
      this.#probabilities[index] = probability + ((bitModelTotal - probability) >> 5);
    } else {
      this.#range -= bound;
      this.#code -= bound;
      this.#probabilities[index] = probability - (probability >> 5);
      bit = 1;
    }
    this.#normalise();
    return bit;
  }

  #normalise(): void {
    if (this.#range >= 0x100_0000) return;
    if (this.#at >= this.#input.length) throw corrupt();
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | this.#input[this.#at++]!) >>> 0;
  }
}

/** Data that no encoder writes. */
export function corrupt(): ElfError {
  return new ElfError('ELF_MALFORMED', 'compressed symbols are corrupt');
}
