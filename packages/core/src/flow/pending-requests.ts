import { Fifo } from '../collections/fifo.js';
import { LruMap } from '../collections/lru-map.js';
import type { Message } from '../contracts/index.js';
import type { ExchangeRecord } from './exchange-record.js';

/** Requests of one initiator that wait for their responses. Two implementations: in order, and by id. */
export interface PendingRequests {
  readonly size: number;
  /** @returns the request that was waiting under the same id, if there was one: it will never be answered */
  add(record: ExchangeRecord): ExchangeRecord | undefined;
  /** The request that a response with this id answers; it stays pending. */
  peek(id: Message['id']): ExchangeRecord | undefined;
  /** Removes a request that has been answered or given up. */
  remove(record: ExchangeRecord): void;
  /** The request that waits longest; it stays pending. */
  oldest(): ExchangeRecord | undefined;
  /** Removes all, oldest first. */
  drain(): ExchangeRecord[];
  /** The requests that have waited since before `time`, oldest first; they stay pending. */
  olderThan(time: number): ExchangeRecord[];
}

/** Responses come in the order of their requests. */
export class FifoRequests implements PendingRequests {
  readonly #queue = new Fifo<ExchangeRecord>();

  get size(): number {
    return this.#queue.length;
  }

  add(record: ExchangeRecord): undefined {
    this.#queue.push(record);
  }

  peek(): ExchangeRecord | undefined {
    return this.#queue.first;
  }

  remove(record: ExchangeRecord): void {
    this.#queue.remove(record);
  }

  oldest(): ExchangeRecord | undefined {
    return this.#queue.first;
  }

  drain(): ExchangeRecord[] {
    return this.#queue.drain();
  }

  olderThan(time: number): ExchangeRecord[] {
    return until(this.#queue, time);
  }
}

/** Responses name their request by an id. */
export class IdRequests implements PendingRequests {
  /** In order of arrival: nothing is looked up by `get`. A reused id replaces the old request, and goes to the end. */
  readonly #byId = new LruMap<Message['id'], ExchangeRecord>(Number.POSITIVE_INFINITY);

  get size(): number {
    return this.#byId.size;
  }

  add(record: ExchangeRecord): ExchangeRecord | undefined {
    const { id } = record.request;
    const replaced = this.#byId.peek(id);
    this.#byId.set(id, record);
    return replaced;
  }

  peek(id: Message['id']): ExchangeRecord | undefined {
    return this.#byId.peek(id);
  }

  remove(record: ExchangeRecord): void {
    if (this.#byId.peek(record.request.id) === record) this.#byId.delete(record.request.id);
  }

  oldest(): ExchangeRecord | undefined {
    return this.#byId.oldest();
  }

  drain(): ExchangeRecord[] {
    const all = [...this.#byId.values()];
    this.#byId.clear();
    return all;
  }

  olderThan(time: number): ExchangeRecord[] {
    return until(this.#byId.values(), time);
  }
}

function until(records: Iterable<ExchangeRecord>, time: number): ExchangeRecord[] {
  const old: ExchangeRecord[] = [];
  for (const record of records) {
    if (record.requestStart >= time) break;
    old.push(record);
  }
  return old;
}
