/** A queue of fixed capacity: what doesn't fit is refused. Adding allocates nothing. */
export class BoundedQueue<T> {
  readonly #items: (T | undefined)[];
  #first = 0;
  #size = 0;

  constructor(capacity: number) {
    this.#items = new Array<T | undefined>(capacity).fill(undefined);
  }

  get size(): number {
    return this.#size;
  }

  /** False when the queue is full. */
  add(item: T): boolean {
    const { length } = this.#items;
    if (this.#size === length) return false;
    this.#items[(this.#first + this.#size) % length] = item;
    this.#size++;
    return true;
  }

  /** Takes the oldest items out, at most `count`. */
  take(count: number): T[] {
    const { length } = this.#items;
    const taken: T[] = [];
    for (let left = Math.min(count, this.#size); left > 0; left--) {
      taken.push(this.#items[this.#first] as T);
      this.#items[this.#first] = undefined;
      this.#first = (this.#first + 1) % length;
      this.#size--;
    }
    return taken;
  }
}
