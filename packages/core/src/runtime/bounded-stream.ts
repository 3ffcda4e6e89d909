import type { StreamOptions } from '../contracts/index.js';

const CAPACITY = 16_384;

/**
 * A queue between the agent and one consumer, who reads it as an async iterator. It never blocks the producer: when it is
 * full, an item is dropped and counted.
 */
export class BoundedStream<T> implements AsyncIterableIterator<T> {
  readonly #capacity: number;
  readonly #dropNewest: boolean;
  readonly #dropped: (count: number) => void;
  readonly #closed: () => void;
  /** Ring of waiting items. */
  readonly #items: (T | undefined)[] = [];
  #first = 0;
  #size = 0;
  #waiting: ((result: IteratorResult<T, undefined>) => void)[] = [];
  #ended = false;

  /**
   * @param hooks.dropped told of each item that was dropped
   * @param hooks.closed told once, when nobody reads any more
   * @throws RangeError if the capacity is no positive integer
   */
  constructor(options: StreamOptions = {}, hooks: { dropped?(count: number): void; closed?(): void } = {}) {
    this.#capacity = options.capacity ?? CAPACITY;
    if (!Number.isSafeInteger(this.#capacity) || this.#capacity < 1) {
      throw new RangeError(`the capacity of a stream is a positive integer, not ${this.#capacity}`);
    }
    this.#dropNewest = options.drop === 'newest';
    this.#dropped = hooks.dropped ?? (() => {});
    this.#closed = hooks.closed ?? (() => {});
  }

  /** Items that wait. */
  get size(): number {
    return this.#size;
  }

  push(item: T): void {
    if (this.#ended) return;
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) {
      waiting({ value: item, done: false });
      return;
    }
    if (this.#size === this.#capacity) {
      this.#dropped(1);
      if (this.#dropNewest) return;
      this.#take();
    }
    this.#items[(this.#first + this.#size) % this.#capacity] = item;
    this.#size++;
  }

  /** No more items will come: the consumer gets what waits, then the end. Idempotent. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const waiting of this.#waiting) waiting({ value: undefined, done: true });
    this.#waiting = [];
    this.#closed();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#size > 0) return Promise.resolve({ value: this.#take(), done: false });
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** The consumer has had enough: what a `break` out of `for await` calls. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#items.length = 0;
    this.#size = 0;
    this.end();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): T {
    const item = this.#items[this.#first] as T;
    this.#items[this.#first] = undefined;
    this.#first = (this.#first + 1) % this.#capacity;
    this.#size--;
    return item;
  }
}
