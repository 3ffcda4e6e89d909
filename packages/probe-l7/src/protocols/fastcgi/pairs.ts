/** Longest name that is looked at, and longest value that is kept. */
const MAX_NAME = 128;
const MAX_VALUE = 8192;

/** Takes a parameter: its name and its value, as ranges that are valid during the call. */
export type TakePair = (
  names: Uint8Array,
  nameStart: number,
  nameEnd: number,
  values: Uint8Array,
  valueStart: number,
  valueEnd: number,
) => void;

/**
 * Name-value pairs (FastCGI 1.0, §3.4), as their bytes come: a pair may begin in one record and end in another. Pairs
 * that are whole are taken where they lie, one that is cut is put together; longer ones than anybody needs are left out.
 */
export class Pairs {
  /** Bytes of a pair that is cut: its lengths, then its name, then its value. */
  #kept = NONE;
  #size = 0;
  /** Bytes to step over: of a pair that is too long to be kept. */
  #skip = 0;

  /** False while a pair is cut. */
  get idle(): boolean {
    return this.#size === 0 && this.#skip === 0;
  }

  reset(): void {
    this.#size = this.#skip = 0;
  }

  /** Goes on with `bytes[from]` up to, not including, `bytes[end]`. */
  feed(bytes: Uint8Array, from: number, end: number, take: TakePair): void {
    let at = from;
    while (at < end) {
      if (this.#skip > 0) {
        const stepped = Math.min(this.#skip, end - at);
        this.#skip -= stepped;
        at += stepped;
      } else if (this.#size > 0) {
        at = this.#complete(bytes, at, end, take);
      } else {
        const next = pairEnd(bytes, at, end);
        if (next >= 0 && isTooLong(next)) {
          this.#skip = next - at;
        } else if (next < 0 || next > end) {
          this.#append(bytes, at, end);
          return;
        } else {
          take(bytes, lengths.nameStart, lengths.nameEnd, bytes, lengths.nameEnd, next);
          at = next;
        }
      }
    }
  }

  /** Adds to the pair that is cut, byte by byte up to its lengths. Returns where the next step begins. */
  #complete(bytes: Uint8Array, from: number, end: number, take: TakePair): number {
    let at = from;
    let whole = pairEnd(this.#kept, 0, this.#size);
    while (whole < 0 && at < end) {
      this.#append(bytes, at, at + 1);
      at++;
      whole = pairEnd(this.#kept, 0, this.#size);
    }
    if (whole < 0) return at;
    if (isTooLong(whole)) {
      this.#skip = whole - this.#size;
      this.#size = 0;
      return at;
    }
    const added = Math.min(whole - this.#size, end - at);
    this.#append(bytes, at, at + added);
    if (this.#size === whole) {
      this.#size = 0;
      take(this.#kept, lengths.nameStart, lengths.nameEnd, this.#kept, lengths.nameEnd, whole);
    }
    return at + added;
  }

  #append(bytes: Uint8Array, start: number, end: number): void {
    if (this.#kept === NONE) this.#kept = new Uint8Array(MAX_NAME + MAX_VALUE + 8);
    this.#kept.set(bytes.subarray(start, end), this.#size);
    this.#size += end - start;
  }
}

const NONE = new Uint8Array(0);

/** What {@link pairEnd} read: module state, since reading must allocate nothing. */
const lengths = { nameStart: 0, nameEnd: 0 };

/** Whether the pair that was looked at last, which ends at `next`, is too long to be kept. */
function isTooLong(next: number): boolean {
  return lengths.nameEnd - lengths.nameStart > MAX_NAME || next - lengths.nameEnd > MAX_VALUE;
}

/** Where the pair at `at` ends, which may be beyond `end`; -1 if not even its lengths are there. */
function pairEnd(bytes: Uint8Array, at: number, end: number): number {
  const nameBytes = at < end && bytes[at]! >= 0x80 ? 4 : 1;
  const second = at + nameBytes;
  if (second >= end) return -1;
  const valueBytes = bytes[second]! >= 0x80 ? 4 : 1;
  lengths.nameStart = second + valueBytes;
  if (lengths.nameStart > end) return -1;
  lengths.nameEnd = lengths.nameStart + length(bytes, at, nameBytes);
  return lengths.nameEnd + length(bytes, second, valueBytes);
}

/** A length of one byte, or of four with the highest bit set. */
function length(bytes: Uint8Array, at: number, size: number): number {
  if (size === 1) return bytes[at]!;
  return ((bytes[at]! & 0x7f) << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}
