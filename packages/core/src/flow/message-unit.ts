import type { ChunkCursor } from './chunk-cursor.js';
import type { ExchangeRecord } from './exchange-record.js';

/** The message that is being read: where and when its first byte was moved, and its bytes since the last one ended. */
export class MessageUnit {
  open = false;
  /** Nanoseconds of the source's clock. */
  at = 0;
  /** Bytes that are not booked to an exchange yet. */
  bytes = 0;
  #sequence = -1;
  #tid = 0;

  /** A message begins `left` bytes before the end of what was captured of the chunk at hand. */
  begin(cursor: ChunkCursor, left: number): void {
    this.open = true;
    this.at = cursor.at;
    this.#tid = cursor.tid;
    this.#sequence = cursor.sequenceAt(left);
  }

  /** Ends, and forgets bytes that belong to no exchange. */
  end(): void {
    this.open = false;
    this.bytes = 0;
  }

  /** Notes in an exchange where its request or response begins. */
  mark(record: ExchangeRecord, response: boolean): void {
    if (response) {
      record.responseSequence = this.#sequence;
      record.responseTid = this.#tid;
    } else {
      record.requestSequence = this.#sequence;
      record.requestTid = this.#tid;
    }
  }

  /** Books the bytes so far to an exchange. */
  book(record: ExchangeRecord, response: boolean): void {
    if (response) record.responseBytes += this.bytes;
    else record.requestBytes += this.bytes;
    this.bytes = 0;
  }
}
