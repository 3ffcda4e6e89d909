import type { Chunk, Direction, Message, StreamContext, StreamParser } from '../contracts/index.js';
import { ChunkCursor } from './chunk-cursor.js';
import type { Connection } from './connection.js';
import type { ExchangeRecord } from './exchange-record.js';
import { MessageUnit } from './message-unit.js';
import { Unread, type Window } from './window.js';

/** Steps in a row that consume nothing: a segment that is unpacked may hold thousands of messages, and none goes on for ever. */
const MAX_IDLE_STEPS = 65_536;

/** Failures in a row after which the protocol counts as a wrong guess. */
const MAX_FAILURES = 3;
/** @see Protocol.maxBuffer */
const MAX_BUFFER = 65_536;

/** Thrown by `fail`; made once, since nobody reads its stack. */
class ParseFailure extends Error {
  reason = '';
}
const failure = new ParseFailure();

/**
 * One direction of a connection: keeps unread bytes, lends windows to the parser, steps over bodies and gaps, measures
 * messages, and finds the next boundary after a loss.
 */
export class Stream implements StreamContext<Message, unknown> {
  readonly direction: Direction;
  readonly connection: Connection;
  #parser: StreamParser;
  readonly #unread = new Unread();
  /** Position that the next chunk should have. */
  #position: number;
  /** Bytes still to step over. */
  #skip = 0;
  /** False while the next message boundary isn't known. */
  #synchronised: boolean;
  #whole: boolean;

  readonly #unit = new MessageUnit();
  readonly #cursor = new ChunkCursor();

  // What the parser said during the current step.
  #stepRecord: ExchangeRecord | null = null;
  #stepIsResponse = false;
  #stepEnds = false;
  #stepControl = false;

  /** The message begun last that has not finished (protocols in order), and the one that ends when `skip` is done. */
  #current: ExchangeRecord | null = null;
  #currentIsResponse = false;
  #ending: ExchangeRecord | null = null;
  #endingIsResponse = false;
  #failures = 0;
  #idleSteps = 0;

  constructor(connection: Connection, direction: Direction, position: number, synchronised: boolean, whole: boolean) {
    this.connection = connection;
    this.direction = direction;
    this.#position = position;
    this.#synchronised = synchronised;
    this.#whole = whole;
    this.#parser = connection.protocol!.createStream(direction, this);
  }

  // ------------------------------------------------------------------ what the parser sees

  get transport() {
    return this.connection.transport;
  }

  get shared(): unknown {
    return this.connection.shared;
  }

  get fromStart(): boolean {
    return this.#whole;
  }

  get redact() {
    return this.connection.pipeline.redactor;
  }

  emit(message: Message): void {
    this.begin(message);
    this.#stepEnds = true;
  }

  begin(message: Message): void {
    this.#failures = 0;
    switch (message.kind) {
      case 'request':
        this.#take(this.connection.pairing(this.direction).request(message, this.#unit.at), false);
        break;
      case 'response': {
        const other = this.direction === 'request' ? 'response' : 'request';
        this.#take(this.connection.pairing(other).response(message, this.#unit.at), true);
        break;
      }
      case 'oneway':
        this.#take(this.connection.oneway(message, this.#unit.at), false);
        break;
      case 'control':
        this.#stepControl = true;
        break;
      default:
        break;
    }
  }

  finish(message?: Message): void {
    if (message === undefined) {
      this.#stepRecord = this.#current;
      this.#stepIsResponse = this.#currentIsResponse;
    } else {
      this.touch(message);
    }
    this.#stepEnds = true;
  }

  touch(message: Message): void {
    const response = message.kind === 'response';
    const initiator = response === (this.direction === 'response') ? 'request' : 'response';
    const record = this.connection.pairing(initiator).peek(message.id);
    const known = record !== undefined && (response ? record.response : record.request) === message;
    this.#stepRecord = known ? record : null;
    this.#stepIsResponse = response;
    // Nobody waits for it any more: its bytes count to no other message, and the next one begins after them.
    if (!known) this.#stepControl = true;
  }

  pending(id?: number | string): Message | undefined {
    const answered = this.connection.pairing('request').peek(id)?.request;
    return answered ?? this.connection.pairing('response').peek(id)?.request;
  }

  abandon(request: Message, reason: string): void {
    this.connection.pairing('request').abandon(request, reason, this.#cursor.at);
  }

  switchTo(protocol: string | null): void {
    this.connection.requestSwitch(protocol);
  }

  fail(reason: string): never {
    failure.reason = reason;
    throw failure;
  }

  // ------------------------------------------------------------------ what the connection calls

  /** Takes a chunk of a byte stream. */
  push(chunk: Chunk): void {
    const counters = this.connection.pipeline.counters;
    let { start, length } = chunk;
    let position = chunk.position;
    if (position !== this.#position) {
      if (position > this.#position) {
        counters.gaps++;
        counters.gapBytes += position - this.#position;
        this.#hole(position - this.#position, true);
      } else {
        const known = this.#position - position;
        if (known >= length) {
          counters.lateChunks++;
          return;
        }
        start = Math.min(start + known, chunk.end);
        position += known;
        length -= known;
      }
    }
    this.#cursor.set(chunk);
    this.#position = position + length;
    const missing = length - (chunk.end - start);
    if (missing > 0) counters.uncapturedBytes += missing;
    if (this.#unread.length > 0) {
      this.#unread.append(chunk.bytes, start, chunk.end);
      this.#drainUnread();
    } else if (start < chunk.end) {
      const end = chunk.end;
      const read = this.#run(chunk.bytes, chunk.view, start, end, length);
      if (read < end) this.#keep(chunk, read, end);
    }
    if (missing > 0) this.#hole(missing);
  }

  /** Takes a datagram: what is left of it after the parser's steps is dropped. */
  pushDatagram(chunk: Chunk): void {
    this.#cursor.set(chunk);
    this.#synchronised = true;
    this.#skip = 0;
    this.#unit.end();
    const read = this.#run(chunk.bytes, chunk.view, chunk.start, chunk.end, chunk.length);
    const missing = chunk.length - (chunk.end - chunk.start);
    if (read < chunk.end && missing > 0) {
      this.connection.pipeline.counters.uncapturedBytes += missing;
      this.#gapStep(chunk.bytes, chunk.view, read, chunk.end, missing);
    } else if (read < chunk.end && this.#synchronised) this.#parseError('datagram longer than its message');
    if (this.#ending) this.#complete(this.#ending, this.#endingIsResponse);
    this.#ending = null;
    this.#skip = 0;
  }

  /** The direction carries no more bytes. */
  end(at: number): void {
    this.#cursor.at = at;
    if (this.#ending === null && this.#parser.end) {
      this.#begin();
      try {
        this.#parser.end();
        this.#settle(0);
      } catch (error) {
        this.#caught(error);
      }
    }
    if (this.#ending !== null && this.#skip > 0) {
      const record = this.#ending;
      if (this.#endingIsResponse) record.responseBytes = Math.max(0, record.responseBytes - this.#skip);
      else record.requestBytes = Math.max(0, record.requestBytes - this.#skip);
    }
    this.#ending = null;
    this.#unread.clear();
  }

  /** What the parser has not read yet, when the connection changes its protocol. */
  takeUnread(into: Stream): void {
    into.#position = this.#position;
    into.#cursor.copy(this.#cursor);
    if (this.#unread.length > 0) {
      into.#unread.append(this.#unread.bytes, this.#unread.start, this.#unread.end);
      this.#unread.clear();
      into.#drainUnread();
    }
  }

  // ------------------------------------------------------------------ steps

  /** Lends windows until the parser wants more. Returns where the unread bytes begin. */
  #run(bytes: Uint8Array, view: DataView, from: number, end: number, size: number): number {
    let start = from;
    const window = this.connection.pipeline.window;
    while (start < end) {
      if (this.#skip > 0) {
        start += this.#stepOver(end - start);
        continue;
      }
      if (!this.#synchronised) {
        const boundary = this.#resync(window.set(bytes, view, start, end, this.#cursor.at), size);
        this.#countUnread(boundary < 0 ? end - start : boundary);
        if (boundary < 0) return end;
        start += boundary;
        continue;
      }
      if (!this.#unit.open) this.#unit.begin(this.#cursor, end - start);
      this.#begin();
      let consumed: number;
      try {
        consumed = this.#parser.read(window.set(bytes, view, start, end, this.#cursor.at));
        if (!(consumed >= 0)) this.fail('the parser returned no length');
        this.#idleSteps = consumed === 0 && this.#stepEnds ? this.#idleSteps + 1 : 0;
        if (this.#idleSteps > MAX_IDLE_STEPS) this.fail('the parser goes round in circles');
      } catch (error) {
        this.#countUnread(end - start);
        this.#caught(error);
        return end;
      }
      if (consumed === 0 && !this.#stepEnds) {
        if (this.#stepRecord !== null) this.#settle(0);
        return start;
      }
      const available = end - start;
      if (consumed > available) this.#skip = consumed - available;
      start += Math.min(consumed, available);
      this.#settle(consumed);
      if (this.connection.switching) {
        const moved = this.connection.performSwitch(this);
        if (moved === null) return end;
        return moved.#adopt(bytes, view, start, end, this);
      }
    }
    return start;
  }

  /** The rest of a chunk, for the protocol that the connection speaks from here on. */
  #adopt(bytes: Uint8Array, view: DataView, start: number, end: number, before: Stream): number {
    this.#position = before.#position;
    this.#cursor.copy(before.#cursor);
    const read = this.#run(bytes, view, start, end, end - start);
    if (read < end) this.#unread.append(bytes, read, end);
    return end;
  }

  #drainUnread(): void {
    const unread = this.#unread;
    const before = unread.start;
    unread.start = this.#run(unread.bytes, unread.view, unread.start, unread.end, unread.length);
    if (unread.start >= unread.end) unread.clear();
    else if (unread.start === before && unread.length > this.#maxBuffer) {
      this.#hole(0);
    }
  }

  #keep(chunk: Chunk, start: number, end: number): void {
    this.#unread.append(chunk.bytes, start, end);
    if (this.#unread.length > this.#maxBuffer) this.#hole(0);
  }

  /**
   * `length` bytes are missing here.
   *
   * @param lost whether whole operations are missing, and with them maybe whole messages, rather than the end of one
   */
  #hole(length: number, lost = false): void {
    let rest = length;
    const unread = this.#unread;
    do {
      if (this.#skip > 0) {
        rest -= this.#stepOver(rest);
        continue;
      }
      const wasReading = unread.length > 0 || this.#unit.open;
      if (!this.#synchronised) {
        this.#countUnread(rest);
        this.connection.lose(this.direction, this.#cursor.at);
        return;
      }
      // Where the order isn't proven a hole may hide what would disprove it: nobody guesses what it holds.
      const blind = lost && !this.connection.isSure;
      const reached = blind ? -1 : this.#gapStep(unread.bytes, unread.view, unread.start, unread.end, rest);
      const held = unread.length;
      unread.clear();
      if (reached < 0) {
        // Between messages a hole hides whole ones; within a message it also cuts that one.
        this.#countUnread(held + rest);
        if (wasReading || length > 0) this.#desynchronise();
        return;
      }
      const beyond = reached - held;
      if (beyond > rest) {
        this.#skip += beyond - rest;
        rest = 0;
      } else if (beyond >= 0) rest -= beyond;
      else {
        this.#countUnread(rest - beyond);
        this.#desynchronise();
        return;
      }
    } while (rest > 0);
  }

  /** Lets the parser make what it can of the bytes before a gap. Returns bytes to step over, or -1. */
  #gapStep(bytes: Uint8Array, view: DataView, start: number, end: number, missing: number): number {
    if (!this.#parser.gap) return -1;
    if (!this.#unit.open) this.#unit.begin(this.#cursor, end - start);
    this.#begin();
    try {
      const window = this.connection.pipeline.window.set(bytes, view, start, end, this.#cursor.at);
      const reached = this.#parser.gap(window, missing);
      const consumed = reached > 0 ? reached : end - start;
      this.#settle(consumed, reached > end - start + missing ? reached - (end - start) - missing : 0);
      return reached > 0 ? reached : -1;
    } catch (error) {
      this.#caught(error);
      return -1;
    }
  }

  #resync(window: Window, size: number): number {
    const counters = this.connection.pipeline.counters;
    let boundary: number;
    try {
      boundary = this.#parser.resync
        ? this.#parser.resync(window)
        : this.connection.mayBegin(this.direction, window, size)
          ? 0
          : -1;
    } catch (error) {
      this.#caught(error);
      return -1;
    }
    if (!(boundary >= 0) || boundary > window.end - window.start) return -1;
    counters.resyncs++;
    this.#synchronised = true;
    this.#unit.end();
    return boundary;
  }

  #stepOver(available: number): number {
    const stepped = Math.min(this.#skip, available);
    this.#skip -= stepped;
    if (this.#skip === 0 && this.#ending !== null) {
      const record = this.#ending;
      this.#ending = null;
      this.#complete(record, this.#endingIsResponse);
    }
    return stepped;
  }

  #begin(): void {
    this.#stepRecord = null;
    this.#stepEnds = false;
    this.#stepControl = false;
  }

  #take(record: ExchangeRecord | null, response: boolean): void {
    this.#stepRecord = record;
    this.#stepIsResponse = response;
    this.#current = record;
    this.#currentIsResponse = response;
    if (record !== null) this.#unit.mark(record, response);
  }

  /** Books the bytes of a step, and ends the message that ended with it. */
  #settle(consumed: number, outstanding = this.#skip): void {
    this.#unit.bytes += consumed;
    let record = this.#stepRecord;
    let response = this.#stepIsResponse;
    if (record === null && !this.#stepControl && this.#current !== null && this.connection.inOrder) {
      record = this.#current;
      response = this.#currentIsResponse;
    }
    if (record !== null) this.#unit.book(record, response);
    if (!this.#stepEnds && !this.#stepControl) {
      if (!this.connection.inOrder && record !== null) this.#unit.open = false;
      return;
    }
    this.#unit.end();
    if (this.#stepControl) return;
    if (record === this.#current) this.#current = null;
    if (record === null) return;
    if (outstanding > 0) {
      this.#ending = record;
      this.#endingIsResponse = response;
    } else this.#complete(record, response);
  }

  #complete(record: ExchangeRecord, response: boolean): void {
    if (response) this.connection.responseFinished(record, this.#cursor.at, this.direction);
    else this.connection.requestFinished(record, this.#cursor.at);
  }

  // ------------------------------------------------------------------ losses

  /** The place in the stream is lost: the parser starts anew at the next boundary. */
  #desynchronise(): void {
    this.connection.pipeline.counters.desyncs++;
    this.#unread.clear();
    this.#skip = 0;
    this.#unit.end();
    this.#current = null;
    this.#ending = null;
    this.#synchronised = false;
    this.#whole = false;
    this.connection.lose(this.direction, this.#cursor.at);
    this.#parser = this.connection.protocol!.createStream(this.direction, this);
  }

  #caught(error: unknown): void {
    if (error === failure) this.#parseError(failure.reason);
    else {
      this.connection.pipeline.counters.parserFaults++;
      // Not its message, which may quote what the parser read.
      this.#parseError('fault');
    }
    this.#desynchronise();
    if (++this.#failures >= MAX_FAILURES) this.connection.doubt();
  }

  #countUnread(bytes: number): void {
    if (bytes > 0) this.connection.pipeline.counters.unreadBytes.add(this.connection.protocol!.name, bytes);
  }

  get #maxBuffer(): number {
    return this.connection.protocol?.maxBuffer ?? MAX_BUFFER;
  }

  #parseError(reason: string): void {
    this.connection.pipeline.countParseError(this.connection.protocol!.name, reason);
  }
}
