import type { Message, Protocol } from '../contracts/index.js';
import type { Connection } from './connection.js';
import type { UnmatchedReason } from './counters.js';
import { ExchangeRecord } from './exchange-record.js';
import { FifoRequests, IdRequests, type PendingRequests } from './pending-requests.js';

/** Most pairs that wait for a proof; more than that on a connection that never pauses are given up as ambiguous. */
const MAX_HELD = 256;
/** A connection that was silent for so long has nothing outstanding, in nanoseconds. */
const SILENCE = 1e9;
/**
 * A client that overlaps requests without a pause: had an answer been outstanding all along, it would have come as a
 * stray at one of so many moments at which the queue was empty.
 */
const CLEAN_STARTS = 16;

/**
 * Matches the responses of one connection with its requests, for one initiator.
 *
 * By id that is a look-up. In order it is only right while nobody missed a message, so a pairing that joined late, or
 * lost bytes, is **unproven**: an answer to a request that it never saw would shift all pairs by one. Its pairs are held
 * until the order proves itself: the queue runs empty, no stray answer follows, and the next request comes. A stray
 * answer in between discards what was held. No pair beats a wrong pair.
 */
export class Pairing {
  readonly #connection: Connection;
  readonly #protocol: Protocol;
  readonly #pending: PendingRequests;
  readonly #inOrder: boolean;
  #proven: boolean;
  /** Requests were seen to overtake responses: an empty queue proves nothing unless it stays empty for a while. */
  #overlapping = false;
  #held: ExchangeRecord[] = [];
  #lastRequestAt = 0;
  #lastResponseAt = 0;
  /** When a response came that nobody waited for. */
  #lastStrayAt = 0;
  #slowest = 0;
  /** When bytes went missing last: what waited then may have been answered in the hole. Only by id. */
  #lostAt = Number.NEGATIVE_INFINITY;
  /** Times that a request met an empty queue since the last stray response. */
  #cleanStarts = 0;

  constructor(connection: Connection, protocol: Protocol, proven: boolean) {
    this.#connection = connection;
    this.#protocol = protocol;
    this.#inOrder = protocol.match === 'fifo';
    this.#pending = this.#inOrder ? new FifoRequests() : new IdRequests();
    this.#proven = proven || !this.#inOrder;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Whether the next response is sure to belong to the request that waits longest. */
  get isSure(): boolean {
    return this.#proven || this.#pending.oldest()?.sure === true;
  }

  /** A request begins at time `at`. */
  request(message: Message, at: number): ExchangeRecord {
    const record = new ExchangeRecord(this.#protocol, this.#connection, message);
    record.requestStart = at;
    if (this.#inOrder && this.#lastStrayAt > at) {
      // Part of the request was lost, and it was answered before the loss showed.
      record.reported = true;
      this.#count('gap');
      return record;
    }
    if (this.#pending.size > 0) {
      if (this.#pending.size >= (this.#protocol.maxPending ?? 10_000)) this.#giveUpOldest();
    } else if (!this.#proven) {
      this.#tryProof(at);
    }
    this.#lastRequestAt = at;
    const replaced = this.#pending.add(record);
    if (replaced !== undefined && !replaced.reported) this.#count('abandoned');
    return record;
  }

  /** A response begins; null if nobody waits for it. */
  response(message: Message, at: number): ExchangeRecord | null {
    this.#lastResponseAt = at;
    let record = this.#pending.peek(message.id);
    if (record !== undefined && record.response !== null) {
      this.finished(record, at); // the parser began another response: the one before is over
      record = this.#pending.peek(message.id);
    }
    if (record === undefined || (!this.#proven && !record.sure && at < record.requestStart)) {
      this.#count('response-without-request');
      this.#lastStrayAt = at;
      this.#discardHeld();
      // Somebody missed its request, so the order has to prove itself again.
      if (this.#inOrder) this.#proven = false;
      return null;
    }
    record.response = message;
    record.responseStart = at;
    return record;
  }

  /** The response of `record` is whole. */
  finished(record: ExchangeRecord, at: number): void {
    this.#pending.remove(record);
    this.#lastResponseAt = at;
    if (this.#inOrder && this.#pending.size > 0 && !this.#overlapping) {
      const next = this.#pending.peek(undefined)!.requestStart;
      this.#overlapping = next > record.requestStart && next < record.responseStart;
    }
    if (record.reported) return;
    record.responseEnd = at;
    this.#slowest = Math.max(this.#slowest, at - record.requestStart);
    if (this.#proven || record.sure) {
      this.#connection.report(record, null);
      return;
    }
    this.#held.push(record);
    if (this.#held.length > MAX_HELD) {
      this.#held.shift();
      this.#count('ambiguous');
    }
  }

  /** The oldest request that waits, or the one with this id. */
  peek(id?: number | string): ExchangeRecord | undefined {
    return this.#pending.peek(id);
  }

  /** Gives up a request: it will have no response, or no more of one that has begun. */
  abandon(request: Message, reason: string, at: number): void {
    const record = this.#inOrder ? this.#find(request) : this.#pending.peek(request.id);
    if (record === undefined) return;
    this.#pending.remove(record);
    if (record.reported) return;
    if (record.response === null) {
      this.#count('abandoned');
      return;
    }
    record.response.truncated = true;
    record.responseEnd = Math.max(at, record.responseStart);
    this.#connection.report(record, reason);
  }

  /** Takes over a request of the protocol before, which this one answers. */
  adopt(message: Message, before: ExchangeRecord): void {
    const record = new ExchangeRecord(this.#protocol, this.#connection, message);
    record.requestStart = before.requestStart;
    record.requestEnd = before.requestEnd;
    record.requestBytes = before.requestBytes;
    record.requestSequence = before.requestSequence;
    record.requestTid = before.requestTid;
    this.#pending.add(record);
  }

  /** Hands the requests that wait over to the protocol that the connection speaks from now on; closes what is left. */
  handOver(adopt: (before: ExchangeRecord) => boolean, at: number): void {
    for (const record of this.#pending.olderThan(Number.POSITIVE_INFINITY)) {
      if (record.response === null && !record.reported && adopt(record)) this.#pending.remove(record);
    }
    this.close(at, 'in-flight');
  }

  /**
   * Bytes were lost, so that messages are missing.
   *
   * @param ofRequests whether requests are missing: then those before are answered first, and in their order. Else the
   *   response of any that waits may be what is missing.
   */
  lose(ofRequests: boolean, at: number): void {
    // What went missing was said between the chunk before and the one that shows it.
    this.#lostAt = this.#connection.pipeline.lastAt;
    if (!this.#inOrder) return;
    const [sure, doubtful] = ofRequests ? this.#splitPending() : [[], this.#pending.drain()];
    for (const record of sure) {
      record.sure = true;
      this.#pending.add(record);
    }
    for (const record of doubtful) {
      if (record.response !== null && !record.reported) {
        record.response.truncated = true;
        record.responseEnd = Math.max(at, record.responseStart);
        if (this.#proven) this.#connection.report(record, null);
        else this.#count('ambiguous');
      } else if (!record.reported) this.#count('gap');
    }
    this.#discardHeld();
    this.#proven = false;
  }

  /** Reports requests that have waited since before `time`, and pairs that a long silence has proved. */
  expire(time: number, now: number): void {
    for (const record of this.#pending.olderThan(time)) {
      // What has begun to be answered doesn't wait: a stream may go on for hours.
      if (record.reported || (!this.#inOrder && record.response !== null)) continue;
      record.reported = true;
      const lost = this.#mayBeAnswered(record);
      this.#count(lost ? 'gap' : 'timeout');
      this.#connection.report(record, lost ? null : 'timeout');
      if (!this.#inOrder) this.#pending.remove(record);
    }
    const last = Math.max(this.#lastRequestAt, this.#lastResponseAt);
    if (this.#held.length > 0 && this.#pending.size === 0 && now - last >= SILENCE) this.#prove();
  }

  /** The connection, or the source, has ended. */
  close(at: number, reason: 'closed' | 'in-flight'): void {
    // What still waits may have been answered out of sight, which would shift all that was held by one.
    if (this.#pending.size > 0) this.#discardHeld();
    for (const record of this.#held) this.#connection.report(record, null);
    this.#held = [];
    for (const record of this.#pending.drain()) {
      if (record.reported) continue;
      if (record.response !== null) {
        record.response.truncated = true;
        // It may have ended in a hole, so that it is followed no further than that.
        record.responseEnd = this.#lostAt >= record.responseStart ? this.#lostAt : Math.max(at, record.responseStart);
        this.#connection.report(record, reason === 'closed' ? 'incomplete response' : null);
      } else {
        const lost = this.#mayBeAnswered(record);
        this.#count(lost ? 'gap' : reason);
        this.#connection.report(record, reason === 'closed' && !lost ? 'no response' : null);
      }
    }
  }

  #tryProof(at: number): void {
    if (this.#held.length === 0) return;
    this.#cleanStarts++;
    const quiet = at - this.#lastResponseAt;
    const settled = quiet >= Math.max(2 * this.#slowest, 10e6) || this.#cleanStarts >= CLEAN_STARTS;
    if (!this.#overlapping || settled) this.#prove();
  }

  #prove(): void {
    this.#proven = true;
    for (const record of this.#held) this.#connection.report(record, null);
    this.#held = [];
  }

  #discardHeld(): void {
    if (this.#held.length > 0) this.#count('ambiguous', this.#held.length);
    this.#held = [];
    this.#cleanStarts = 0;
  }

  #giveUpOldest(): void {
    const oldest = this.#pending.oldest();
    if (oldest === undefined) return;
    this.#pending.remove(oldest);
    this.#count('overflow');
    if (this.#inOrder) this.#proven = false;
  }

  /** Takes out all requests that wait: those whose responses are still sure to come in their order, and the others. */
  #splitPending(): [ExchangeRecord[], ExchangeRecord[]] {
    const all = this.#pending.drain();
    const count = this.#proven ? all.length : all.filter(({ sure }) => sure).length;
    return [all.slice(0, count), all.slice(count)];
  }

  #find(request: Message): ExchangeRecord | undefined {
    return this.#pending.olderThan(Number.POSITIVE_INFINITY).find((record) => record.request === request);
  }

  /** Whether the response may lie in a hole, so that nobody can say that there was none. */
  #mayBeAnswered(record: ExchangeRecord): boolean {
    return !this.#inOrder && this.#lostAt >= record.requestStart;
  }

  #count(reason: UnmatchedReason, count = 1): void {
    this.#connection.countUnmatched(reason, count);
  }
}
