/** A map that forgets what was used least recently when it is full. */
export class LruMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #capacity: number;
  /**
   * Stands before the oldest entry: what is older has gone, and what is used moves to the end. Looking from the start each
   * time would step over all that has gone since the map was last laid out anew.
   */
  #cursor = this.#entries.keys();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  /** The value, without making it recently used. */
  peek(key: K): V | undefined {
    return this.#entries.get(key);
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#capacity) this.forgetOldest();
  }

  /** Removes the value that was used least recently. */
  forgetOldest(): V | undefined {
    let next = this.#cursor.next();
    if (next.done) {
      this.#cursor = this.#entries.keys();
      next = this.#cursor.next();
      if (next.done) return undefined;
    }
    const value = this.#entries.get(next.value);
    this.#entries.delete(next.value);
    return value;
  }

  delete(key: K): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }
}
