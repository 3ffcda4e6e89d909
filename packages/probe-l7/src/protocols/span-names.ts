/** Names that are kept ready; more than that make a new start. */
const CAPACITY = 4096;

/**
 * Puts span names together of two parts, each of low cardinality, and keeps them: the same string object each time, so
 * that what hashes or compares it later finds that work done.
 */
export class SpanNames {
  readonly #separator: string;
  readonly #byFirst = new Map<string, Map<string, string>>();
  #count = 0;

  constructor(separator: string) {
    this.#separator = separator;
  }

  of(first: string, second: string): string {
    const name = this.#byFirst.get(first)?.get(second);
    return name ?? this.#keep(first, second);
  }

  #keep(first: string, second: string): string {
    if (this.#count++ >= CAPACITY) {
      this.#byFirst.clear();
      this.#count = 1;
    }
    let names = this.#byFirst.get(first);
    if (names === undefined) {
      names = new Map();
      this.#byFirst.set(first, names);
    }
    const name = first + this.#separator + second;
    names.set(second, name);
    return name;
  }
}
