import type { Exchange } from '@sonde/core';
import { BoundedQueue } from './bounded-queue.js';

/** How a {@link SpanBatcher} collects. */
export interface SpanBatcherOptions {
  queueSize: number;
  batchSize: number;
  /** How long the first exchange of a batch that isn't full waits, milliseconds. */
  delayMs: number;
  /** Sends a batch. Never throws. */
  send(exchanges: Exchange[]): Promise<void>;
  dropped(reason: string, count: number): void;
}

/** Somebody who waits until as many exchanges have left the queue. */
interface Waiter {
  until: number;
  resolve(): void;
}

/** Collects exchanges, and sends them in batches, one at a time. */
export class SpanBatcher {
  readonly #options: SpanBatcherOptions;
  readonly #queue: BoundedQueue<Exchange>;
  #timer: NodeJS.Timeout | null = null;
  #sending = false;
  #closed = false;
  /** Exchanges that came in, and that left: sent or given up. */
  #added = 0;
  #left = 0;
  /** Up to here exchanges leave without waiting for a full batch. */
  #due = 0;
  #waiters: Waiter[] = [];

  constructor(options: SpanBatcherOptions) {
    this.#options = options;
    this.#queue = new BoundedQueue(options.queueSize);
  }

  /** Exchanges that wait. */
  get size(): number {
    return this.#queue.size;
  }

  /** Queues an exchange and returns; one that doesn't fit is counted as dropped. */
  add(exchange: Exchange): void {
    if (this.#closed || !this.#queue.add(exchange)) {
      this.#options.dropped(this.#closed ? 'shutdown' : 'queue-full', 1);
      return;
    }
    this.#added++;
    if (this.#sending) return;
    if (this.#queue.size >= this.#options.batchSize) void this.#drain();
    else this.#wait();
  }

  /** Sends all that is queued by now; resolves when it is sent or given up. */
  flush(): Promise<void> {
    if (this.#left >= this.#added) return Promise.resolve();
    this.#due = this.#added;
    const done = new Promise<void>((resolve) => this.#waiters.push({ until: this.#added, resolve }));
    if (!this.#sending) void this.#drain();
    return done;
  }

  /** Takes nothing more, and counts what is still queued as dropped. */
  close(): void {
    this.#closed = true;
    this.#stopWaiting();
    const rest = this.#queue.take(this.#queue.size).length;
    if (rest > 0) this.#options.dropped('shutdown', rest);
    this.#count(rest);
  }

  async #drain(): Promise<void> {
    this.#stopWaiting();
    this.#sending = true;
    while (this.#queue.size > 0 && (this.#queue.size >= this.#options.batchSize || this.#due > this.#left)) {
      const batch = this.#queue.take(this.#options.batchSize);
      await this.#options.send(batch);
      this.#count(batch.length);
    }
    this.#sending = false;
    if (this.#queue.size > 0) this.#wait();
  }

  #count(left: number): void {
    this.#left += left;
    this.#waiters = this.#waiters.filter(({ until, resolve }) => {
      if (until > this.#left) return true;
      resolve();
      return false;
    });
  }

  #wait(): void {
    this.#timer ??= setTimeout(() => {
      this.#due = this.#added;
      void this.#drain();
    }, this.#options.delayMs);
  }

  #stopWaiting(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
