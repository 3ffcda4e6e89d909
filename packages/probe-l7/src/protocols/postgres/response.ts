import { equalsAscii, findByte, type Input, Interner, type StreamContext, type StreamParser } from '@sonde/core';
import type { PostgresConnection } from './connection.js';
import { responseBoundary } from './detect.js';
import { readError } from './error-fields.js';
import { HEADER, Server, serverFrameSize } from './frames.js';
import { CONTROL, type PostgresMessage, PostgresRequest, PostgresResponse } from './messages.js';
import { affectedRows, returnsRows } from './tag.js';

/** Bytes of an error that are looked at: the fields that matter come first. */
const LONGEST_ERROR = 4096;
/** Bytes within which a channel's name has to end. */
const LONGEST_CHANNEL = 256;

/** The setting that decides whether a backslash escapes in ordinary strings, and the size of the message with `on`. */
const STRINGS = 'standard_conforming_strings';
const STRINGS_ON = HEADER + STRINGS.length + 1 + 'on'.length + 1;

const tags = new Interner({ capacity: 1024, longest: 40 });
const channels = new Interner({ capacity: 256, encoding: 'utf8' });

/** Reads what the server sends. */
export class PostgresResponseParser implements StreamParser {
  readonly #context: StreamContext<PostgresMessage, PostgresConnection>;
  readonly #shared: PostgresConnection;
  /** The answer that is being read. */
  #response: PostgresResponse | null = null;
  /** Replication goes on for days. */
  #streaming = false;

  constructor(context: StreamContext<PostgresMessage, PostgresConnection>) {
    this.#context = context;
    this.#shared = context.shared;
    if (!context.fromStart) this.#shared.lose();
  }

  read(input: Input): number {
    return this.#step(input, false);
  }

  gap(input: Input): number {
    return input.end - input.start < HEADER ? -1 : this.#step(input, true);
  }

  resync(input: Input): number {
    const boundary = responseBoundary(input, this.#context.pending() !== undefined);
    if (boundary !== 0) this.#giveUp();
    return boundary;
  }

  /** What is stepped over may have been the answer to any request that waits. */
  #giveUp(): void {
    for (let waiting = this.#context.pending(); waiting !== undefined; waiting = this.#context.pending()) {
      this.#context.abandon(waiting, 'answered out of sight');
    }
  }

  end(): void {
    // A server that ends a connection after an error sends no ReadyForQuery.
    const response = this.#response;
    if (response === null || (response.tag === null && response.sqlState === undefined)) return;
    if (response.sqlState === undefined) response.truncated = true;
    this.#finish(response);
  }

  /** @param cut no more bytes of this message will come */
  #step(input: Input, cut: boolean): number {
    const { bytes, start, end } = input;
    if (this.#shared.encryptionAsked) {
      const answered = this.#encryption(bytes[start]!);
      if (answered > 0) return answered;
    }
    if (end - start < HEADER) return 0;
    const size = serverFrameSize(input, start);
    if (size === 0) this.#context.fail('not a backend message');
    if (this.#streaming) {
      this.#streaming = bytes[start] !== Server.ready;
      this.#context.emit(CONTROL);
      return size;
    }
    switch (bytes[start]) {
      case Server.dataRow:
      case Server.copyData:
        return this.#rows(input);
      case Server.commandComplete:
        return this.#complete(input, size, cut);
      case Server.ready:
        return this.#ready(size);
      case Server.error:
        return this.#error(input, size, cut);
      case Server.parseComplete:
        return this.#parsed(size);
      case Server.bindComplete:
        return this.#bound(size);
      case Server.emptyQuery:
      case Server.portalSuspended:
        return this.#empty(bytes[start] === Server.portalSuspended, size);
      case Server.rowDescription:
        if (this.#answering()?.operation !== 'query') return this.#part(size);
        this.#open();
        return size;
      case Server.closeComplete:
      case Server.noData:
      case Server.parameterDescription:
        return this.#part(size);
      case Server.copyIn:
      case Server.copyOut:
      case Server.functionResult:
        this.#open();
        return size;
      case Server.copyBoth:
        this.#finish(this.#open()); // the answer is that replication began
        this.#streaming = true;
        return size;
      case Server.parameterStatus:
        return this.#parameter(input, size, cut);
      case Server.notification:
        return this.#notification(input, size, cut);
      default:
        return this.#news(size);
    }
  }

  /** Parts of an answer, or news between answers. */
  #news(size: number): number {
    if (this.#response === null && this.#context.pending() === undefined) this.#context.emit(CONTROL);
    return size;
  }

  /** A setting of the session, as it is from now on. */
  #parameter({ bytes, start, end }: Input, size: number, cut: boolean): number {
    if (size === STRINGS_ON || size === STRINGS_ON + 1) {
      if (end - start < size && !cut) return 0;
      const isStrings = equalsAscii(bytes, start + HEADER, Math.min(end, start + HEADER + STRINGS.length), STRINGS);
      // `on` or `off`: the length tells.
      if (isStrings && end - start >= size) this.#shared.backslash = size > STRINGS_ON;
    }
    return this.#news(size);
  }

  /** One bare byte answers a request for encryption: yes, or go on without. Zero if it is something else. */
  #encryption(byte: number): number {
    if (byte === 0x45) return 0; // an error message, from servers that don't know the request
    this.#shared.encryptionAsked = false;
    if (byte !== 0x53 && byte !== 0x47 && byte !== 0x4e) this.#context.fail('no answer to a request for encryption');
    this.#context.emit(CONTROL);
    if (byte !== 0x4e) this.#context.switchTo(null);
    return 1;
  }

  /** The request that the server works on, if it can be one that rows, tags and errors answer. */
  #answering(): PostgresRequest | null {
    const pending = this.#context.pending();
    return pending instanceof PostgresRequest ? pending : null;
  }

  /** The answer that is being read, begun if there is none. */
  #open(): PostgresResponse {
    if (this.#response === null) {
      this.#response = new PostgresResponse();
      this.#context.begin(this.#response);
      const answering = this.#answering();
      if (answering !== null) this.#shared.answered = answering.batch;
      this.#shared.synchronised = true;
    }
    return this.#response;
  }

  #finish(response: PostgresResponse): void {
    this.#response = null;
    this.#context.finish(response);
  }

  /** Rows come in thousands: as many as the window holds in one step. */
  #rows(input: Input): number {
    const { bytes, start, end } = input;
    const type = bytes[start];
    let count = 0;
    let at = start;
    do {
      const size = serverFrameSize(input, at);
      if (size === 0) break; // the next step fails there
      count++;
      at += size;
    } while (at + HEADER <= end && bytes[at] === type);
    if (this.#foreign()) return this.#misplaced(at - start);
    if (this.#response === null && type === Server.copyData) this.#context.emit(CONTROL);
    else if (type === Server.dataRow) this.#open().addRows(count);
    return at - start;
  }

  /** True if what comes can't answer the oldest request, since that one still has to be parsed or bound. */
  #foreign(): boolean {
    const answering = this.#answering();
    return answering !== null && (answering.awaitsParse || answering.awaitsBind || answering.operation === 'startup');
  }

  /** It answers a request that nobody saw, or the oldest one's answer wasn't seen: what waits can't be told apart. */
  #misplaced(size: number): number {
    this.#giveUp();
    this.#context.emit(CONTROL);
    return size;
  }

  #complete(input: Input, size: number, cut: boolean): number {
    const { bytes, start, end } = input;
    if (end - start < size && !cut) return 0;
    if (this.#foreign()) return this.#misplaced(size);
    const whole = end - start >= size;
    const response = this.#open();
    if (whole) {
      const tag = tags.take(bytes, start + HEADER, start + size - 1);
      if (response.tag !== null) response.statements = (response.statements ?? 1) + 1;
      response.tag = tag;
      response.affectedRows = affectedRows(bytes, start + HEADER, start + size - 1);
      if (returnsRows(tag)) response.addRows(0);
      if (tag === 'DISCARD ALL' || tag === 'DEALLOCATE ALL') this.#shared.forgetStatements();
    } else response.truncated = true;
    this.#endOfExecute(response);
    return size;
  }

  #empty(suspended: boolean, size: number): number {
    if (this.#foreign()) return this.#misplaced(size);
    const response = this.#open();
    if (suspended) {
      response.suspended = true;
      response.addRows(0);
    }
    this.#endOfExecute(response);
    return size;
  }

  /** What ends an `Execute` only ends a statement of the simple protocol. */
  #endOfExecute(response: PostgresResponse): void {
    const operation = this.#answering()?.operation;
    if (operation !== 'query' && operation !== 'function') this.#finish(response);
  }

  /** Counts to the answer around it, if there is one; a Describe or a Close of its own makes no exchange. */
  #part(size: number): number {
    if (this.#response === null && this.#answering()?.acknowledged !== true) this.#context.emit(CONTROL);
    return size;
  }

  #parsed(size: number): number {
    const answering = this.#answering();
    if (answering === null || !answering.awaitsParse) return this.#part(size);
    answering.awaitsParse = false;
    answering.acknowledge();
    // A request that is still open here was answered early: what follows is another one.
    if (answering.operation === 'parse') this.#answer(answering);
    return size;
  }

  #bound(size: number): number {
    const answering = this.#answering();
    if (answering === null || answering.awaitsParse || !answering.awaitsBind) return this.#part(size);
    answering.awaitsBind = false;
    answering.acknowledge();
    if (answering.operation === 'bind' && answering.ended) this.#answer(answering);
    return size;
  }

  #answer(request: PostgresRequest): void {
    request.end();
    this.#shared.answered = request.batch;
    this.#shared.synchronised = true;
    this.#context.emit(new PostgresResponse());
  }

  #error(input: Input, size: number, cut: boolean): number {
    const { start, end } = input;
    const wanted = Math.min(size, LONGEST_ERROR);
    if (end - start < wanted && !cut) return 0;
    this.#shared.encryptionAsked = false;
    const answering = this.#answering();
    if (answering !== null && answering.batch > this.#shared.answered) {
      // It ends a batch of which no request was kept: a Describe, a Close.
      this.#shared.failed = this.#shared.answered;
      this.#context.emit(CONTROL);
      return size;
    }
    const response = this.#open();
    readError(input, start + HEADER, Math.min(end, start + wanted), response, this.#context.redact);
    if (end - start < wanted) response.truncated = true;
    if (answering === null) {
      this.#shared.failed = this.#shared.answered;
      this.#finish(response);
      return size;
    }
    answering.end();
    if (answering.awaitsParse && answering.statement !== null) this.#shared.closeStatement(answering.statement);
    const fatal = response.severity === 'FATAL' || response.severity === 'PANIC';
    if (answering.operation === 'query' || answering.operation === 'function') {
      if (fatal) this.#finish(response);
      return size;
    }
    if (answering.operation !== 'startup') this.#shared.failed = answering.batch;
    this.#finish(response);
    return size;
  }

  #ready(size: number): number {
    const shared = this.#shared;
    const ended = shared.answered;
    shared.answered = Math.min(ended + 1, shared.batch);
    if (this.#response !== null) {
      shared.failed = -1;
      this.#finish(this.#response);
      return size;
    }
    const answering = this.#answering();
    const ends = answering !== null && answering.batch <= ended && endsHere(answering);
    // Without a request, it answers one that was cut: the host counts it.
    const unasked = answering === null && ended >= shared.batch;
    this.#context.emit(ends || unasked ? new PostgresResponse() : CONTROL);
    if (shared.failed >= 0 || this.#context.fromStart) this.#abandonSkipped(ended);
    shared.failed = -1;
    return size;
  }

  /** What a batch still holds when it ends was skipped by the server, after an error. */
  #abandonSkipped(batch: number): void {
    let skipped = this.#answering();
    while (skipped !== null && skipped.batch <= batch && !endsHere(skipped)) {
      this.#context.abandon(skipped, 'skipped after an error');
      skipped = this.#answering();
    }
  }

  #notification(input: Input, size: number, cut: boolean): number {
    const { bytes, start, end } = input;
    const wanted = Math.min(size, LONGEST_CHANNEL);
    if (end - start < wanted && !cut) return 0;
    const channelEnd = findByte(bytes, 0, start + HEADER + 4, Math.min(end, start + wanted));
    const resource = channelEnd < 0 ? null : channels.take(bytes, start + HEADER + 4, channelEnd);
    this.#context.emit({ kind: 'oneway', operation: 'notification', resource });
    return size;
  }
}

/** Whether `ReadyForQuery` ends a request that nothing else has answered. */
function endsHere({ operation, awaitsParse, awaitsBind }: PostgresRequest): boolean {
  if (operation === 'bind') return !awaitsParse && !awaitsBind;
  return operation === 'startup' || operation === 'query' || operation === 'function';
}
