/** A value with its neighbours in the order of use. */
interface Node<K, V> {
  readonly key: K;
  value: V;
  older: Node<K, V> | null;
  newer: Node<K, V> | null;
}

/**
 * A map that forgets what was used least recently when it is full.
 *
 * The order is a list of its own. That of `Map` would do, but its iterators step over everything that was deleted since it
 * was last laid out anew, and one that is kept to avoid that keeps all former layouts from being collected.
 */
export class LruMap<K, V> {
  readonly #nodes = new Map<K, Node<K, V>>();
  readonly #capacity: number;
  #oldest: Node<K, V> | null = null;
  #newest: Node<K, V> | null = null;

  /** @param capacity most values; may be infinite. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#nodes.size;
  }

  get(key: K): V | undefined {
    const node = this.#nodes.get(key);
    if (node === undefined) return undefined;
    if (node !== this.#newest) {
      this.#unlink(node);
      this.#append(node);
    }
    return node.value;
  }

  /** Whether the key is there; looking makes nothing recently used. */
  has(key: K): boolean {
    return this.#nodes.has(key);
  }

  /** The value, without making it recently used. */
  peek(key: K): V | undefined {
    return this.#nodes.get(key)?.value;
  }

  /** The value that was used least recently; it stays. */
  oldest(): V | undefined {
    return this.#oldest?.value;
  }

  /** All values, the one that was used least recently first. */
  *values(): Generator<V> {
    for (let node = this.#oldest; node !== null; node = node.newer) yield node.value;
  }

  set(key: K, value: V): void {
    const known = this.#nodes.get(key);
    if (known !== undefined) {
      known.value = value;
      this.#unlink(known);
      this.#append(known);
      return;
    }
    const node: Node<K, V> = { key, value, older: null, newer: null };
    this.#nodes.set(key, node);
    this.#append(node);
    if (this.#nodes.size > this.#capacity) this.forgetOldest();
  }

  /** Removes the value that was used least recently. */
  forgetOldest(): V | undefined {
    const oldest = this.#oldest;
    if (oldest === null) return undefined;
    this.delete(oldest.key);
    return oldest.value;
  }

  delete(key: K): boolean {
    const node = this.#nodes.get(key);
    if (node === undefined) return false;
    this.#nodes.delete(key);
    this.#unlink(node);
    return true;
  }

  clear(): void {
    this.#nodes.clear();
    this.#oldest = this.#newest = null;
  }

  #append(node: Node<K, V>): void {
    node.older = this.#newest;
    node.newer = null;
    if (this.#newest === null) this.#oldest = node;
    else this.#newest.newer = node;
    this.#newest = node;
  }

  #unlink({ older, newer }: Node<K, V>): void {
    if (older === null) this.#oldest = newer;
    else older.newer = newer;
    if (newer === null) this.#newest = older;
    else newer.older = older;
  }
}
