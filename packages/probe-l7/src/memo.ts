/**
 * Remembers what a function made of a text. Bounded in two generations: when the young one is full it becomes the old
 * one, and what is asked for again moves back. Texts that never come again leave after two rounds.
 */
export class Memo<T> {
  readonly #make: (text: string) => T;
  readonly #capacity: number;
  readonly #longest: number;
  #young = new Map<string, T>();
  #old = new Map<string, T>();

  /**
   * @param make - pure: the same text gives the same result
   * @param capacity - texts of one generation
   * @param longest - texts with more characters are not remembered
   */
  constructor(make: (text: string) => T, capacity = 512, longest = 2048) {
    this.#make = make;
    this.#capacity = capacity;
    this.#longest = longest;
  }

  get(text: string): T {
    if (text.length > this.#longest) return this.#make(text);
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const made = this.#old.get(text) ?? this.#make(text);
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, made);
    return made;
  }
}
