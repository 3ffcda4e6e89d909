import { type Input, latin1, type StreamContext, type StreamParser } from '@sonde/core';
import { BlockReader } from './block-reader.js';
import type { ClickhouseConnection } from './connection.js';
import { Cursor } from './cursor.js';
import { EmptyPacketSearch } from './empty-packet.js';
import { readException } from './exception.js';
import { LONGEST_HELLO, readServerHello } from './hello.js';
import { type ClickhouseMessage, ClickhouseRequest, ClickhouseResponse, CONTROL } from './messages.js';
import { carriesBlock, Server } from './packets.js';
import { Since } from './revisions.js';

/** No packet but one with a block is longer. */
const LONGEST_PACKET = 60_000;
const MOST_TABLES = 100_000;

/** Reads what the server sends: packet after packet, up to the one that ends the answer. */
export class ClickhouseResponseParser implements StreamParser {
  readonly #context: StreamContext<ClickhouseMessage, ClickhouseConnection>;
  readonly #shared: ClickhouseConnection;
  readonly #cursor = new Cursor();
  readonly #block = new BlockReader();
  readonly #empty = new EmptyPacketSearch(Server.data);
  #response: ClickhouseResponse | null = null;
  /** Number of the question that is being answered. */
  #question = 0;
  /** Type of the packet whose block is being read. */
  #type = 0;
  /** The end of a block is unknown: only the packet that ends the result shows itself. */
  #searching = false;

  constructor(context: StreamContext<ClickhouseMessage, ClickhouseConnection>) {
    this.#context = context;
    this.#shared = context.shared;
  }

  read(input: Input): number {
    if (this.#question !== this.#shared.requests) {
      const unfinished = this.#response !== null;
      this.#forget();
      if (unfinished) {
        this.#context.emit(CONTROL); // what was read of it belongs to no other answer
        return 0;
      }
    }
    const cursor = this.#cursor.from(input);
    const { start } = input;
    if (this.#searching) return this.#search(input);
    if (this.#shared.revision === null && this.#shared.phase !== 'greeted') return this.#ignore(input);
    if (this.#block.reading && !this.#goOn(cursor)) return cursor.at - start;
    let ended = false;
    while (cursor.at < cursor.end && !ended && !this.#block.reading && !this.#searching) {
      const mark = cursor.at;
      ended = this.#packet(cursor);
      if (!cursor.overrun) continue;
      if (mark === start && cursor.end - start > LONGEST_PACKET) this.#refuse('a packet without an end');
      cursor.at = mark;
      break;
    }
    // Packets that nobody waits for belong to no answer.
    if (cursor.at > start && !ended && this.#response === null) this.#context.emit(CONTROL);
    return cursor.at - start;
  }

  gap(input: Input, missing: number): number {
    const { start, end } = input;
    // After another question, or between answers, nobody knows what is missing.
    if (this.#response === null || this.#question !== this.#shared.requests) return -1;
    this.#lose();
    return end - start + missing;
  }

  resync({ bytes, start, end }: Input): number {
    this.#forget();
    const { revision, answering } = this.#shared;
    if (revision === null || answering || end - start < 2)
      return end - start === 1 && !answering ? this.#pong(bytes[start]!) : -1;
    return this.#context.pending() instanceof ClickhouseRequest && beginsAnswer(bytes, start, end) ? 0 : -1;
  }

  #pong(type: number): number {
    const pending = this.#context.pending();
    return pending instanceof ClickhouseRequest && pending.operation === 'Ping' && type === Server.pong ? 0 : -1;
  }

  /** What was being read is over: the client asks something else. */
  #forget(): void {
    this.#question = this.#shared.requests;
    this.#response = null;
    this.#searching = false;
    this.#block.stop();
  }

  /** Without a revision nothing can be read; the next question brings one. */
  #ignore({ start, end }: Input): number {
    this.#context.emit(CONTROL);
    return end - start;
  }

  // ------------------------------------------------------------------ packets

  /** Reads a packet, or the beginning of one with a block. True if it ends the answer. */
  #packet(cursor: Cursor): boolean {
    const type = cursor.byte();
    if (this.#shared.phase === 'greeted') return this.#opening(cursor, type);
    if (carriesBlock(type)) return this.#data(cursor, type);
    switch (type) {
      case Server.exception:
        return this.#exception(cursor);
      case Server.progress:
        return this.#progress(cursor);
      case Server.pong:
        return this.#end('Pong');
      case Server.endOfStream:
        return this.#end('EndOfStream');
      case Server.profileInfo:
        return this.#profileInfo(cursor);
      case Server.tablesStatusResponse:
        return this.#tables(cursor);
      case Server.tableColumns:
        cursor.skipString();
        cursor.skipString();
        return this.#aside(cursor);
      case Server.timezoneUpdate:
      case Server.sshChallenge:
        cursor.skipString();
        return this.#aside(cursor);
      case Server.partUuids:
        cursor.skip(16 * cursor.varint());
        return this.#aside(cursor);
      case Server.readTaskRequest:
        return this.#aside(cursor);
      default:
        return this.#refuse('unknown packet of a server');
    }
  }

  #opening(cursor: Cursor, type: number): boolean {
    const shared = this.#shared;
    if (type === Server.exception) return this.#exception(cursor);
    if (type === Server.sshChallenge) {
      cursor.skipString();
      return false;
    }
    if (type !== Server.hello || shared.clientRevision === null) return this.#context.fail('not a Hello');
    const hello = readServerHello(cursor, shared.clientRevision);
    if (hello === null) {
      if (!cursor.overrun || cursor.left > 16 * LONGEST_HELLO) this.#context.fail('not a Hello');
      return false;
    }
    shared.revision = Math.min(hello.revision, shared.clientRevision);
    shared.certain = true;
    shared.serverVersion = hello.version;
    shared.phase = shared.revision >= Since.addendum ? 'addendum' : 'queries';
    const response = this.#begin();
    response.serverName = hello.name;
    response.serverVersion = hello.version;
    response.revision = hello.revision;
    return this.#end('Hello');
  }

  #exception(cursor: Cursor): boolean {
    const error = readException(cursor, this.#context.redact);
    if (cursor.overrun) return false;
    if (error === null) return this.#refuse('not an exception');
    if (this.#shared.phase === 'greeted') this.#shared.phase = 'queries';
    const response = this.#begin();
    response.errorCode = error.code;
    response.errorName = error.name;
    response.message = error.message;
    return this.#end('Exception');
  }

  #progress(cursor: Cursor): boolean {
    const revision = this.#shared.revision ?? 0;
    const rows = cursor.varint();
    const bytes = cursor.varint();
    if (revision >= Since.totalRowsInProgress) cursor.varint();
    if (revision >= Since.totalBytesInProgress) cursor.varint();
    const writes = revision >= Since.clientWriteInfo;
    const writtenRows = writes ? cursor.varint() : 0;
    const writtenBytes = writes ? cursor.varint() : 0;
    if (revision >= Since.elapsedInProgress) cursor.varint();
    if (cursor.overrun) return false;
    const response = this.#answer();
    if (response === null) return false;
    response.readRows = (response.readRows ?? 0) + rows;
    response.readBytes = (response.readBytes ?? 0) + bytes;
    if (writtenRows > 0) response.writtenRows = (response.writtenRows ?? 0) + writtenRows;
    if (writtenBytes > 0) response.writtenBytes = (response.writtenBytes ?? 0) + writtenBytes;
    return false;
  }

  /** What the result came to: the rows count where blocks were compressed. */
  #profileInfo(cursor: Cursor): boolean {
    const rows = cursor.varint();
    cursor.varint(); // blocks
    cursor.varint(); // bytes
    const applied = cursor.byte();
    cursor.varint(); // rows before the limit
    const calculated = cursor.byte();
    if ((this.#shared.revision ?? 0) >= Since.rowsBeforeAggregation) {
      cursor.byte();
      cursor.varint();
    }
    if (cursor.overrun) return false;
    if (applied > 1 || calculated > 1) return this.#refuse('not the profile of a query');
    const response = this.#answer();
    if (response === null) return false;
    response.rows = rows;
    return false;
  }

  #tables(cursor: Cursor): boolean {
    const count = cursor.varint();
    if (count > MOST_TABLES) return this.#refuse('too many tables');
    const readOnly = (this.#shared.revision ?? 0) >= Since.readOnlyTables;
    for (let index = 0; index < count && !cursor.overrun; index++) {
      cursor.skipString();
      cursor.skipString();
      if (cursor.byte() === 0) continue; // not replicated
      cursor.varint();
      if (readOnly) cursor.varint();
    }
    return !cursor.overrun && this.#end('TablesStatusResponse');
  }

  // ------------------------------------------------------------------ blocks

  #data(cursor: Cursor, type: number): boolean {
    const { revision } = this.#shared;
    if (revision === null) return this.#refuse('a block of an unknown revision');
    cursor.skipString();
    if (cursor.overrun) return false;
    if (type === Server.log || type === Server.profileEvents) this.#answer();
    else this.#begin();
    this.#type = type;
    this.#block.begin(revision);
    this.#goOn(cursor);
    return false;
  }

  /** Goes on with a block. True at its end. */
  #goOn(cursor: Cursor): boolean {
    const step = this.#block.advance(cursor);
    if (step === 'more') return false;
    if (step === 'unknown') {
      this.#lose();
      return false;
    }
    const { compressed, rows } = this.#block;
    const counts = this.#type === Server.data && !compressed && rows > 0;
    if (counts && this.#response !== null && this.#response.truncated !== true) {
      this.#response.rows = (this.#response.rows ?? 0) + rows;
    }
    return true;
  }

  /** The end of a block can't be found, or bytes are missing: the counts are not all there. */
  #lose(): void {
    this.#block.stop();
    this.#searching = true;
    this.#empty.begin();
    const response = this.#response;
    if (response === null) return;
    response.truncated = true;
    response.rows = response.readRows = response.readBytes = undefined;
    response.writtenRows = response.writtenBytes = undefined;
  }

  /** Looks for the packet that ends the result. */
  #search(input: Input): number {
    const taken = this.#empty.take(input);
    this.#searching = !this.#empty.found;
    return taken;
  }

  // ------------------------------------------------------------------ the answer

  /** The answer at hand, begun if somebody waits for one. */
  #answer(): ClickhouseResponse | null {
    if (this.#response === null && this.#context.pending() === undefined) return null;
    return this.#begin();
  }

  #begin(): ClickhouseResponse {
    if (this.#response !== null) return this.#response;
    const response = new ClickhouseResponse();
    this.#response = response;
    this.#shared.answering = true;
    this.#context.begin(response);
    return response;
  }

  #end(result: NonNullable<ClickhouseResponse['result']>): true {
    const response = this.#begin();
    response.result = result;
    this.#context.finish();
    this.#response = null;
    this.#shared.answering = false;
    if (result === 'EndOfStream') this.#shared.certain = true;
    return true;
  }

  /** A packet that says nothing of the answer, and may come when nobody waits for one. */
  #aside(cursor: Cursor): false {
    if (!cursor.overrun) this.#answer();
    return false;
  }

  #refuse(reason: string): never {
    this.#shared.doubt();
    return this.#context.fail(reason);
  }
}

/** Whether an answer may begin so. */
function beginsAnswer(bytes: Uint8Array, start: number, end: number): boolean {
  switch (bytes[start]) {
    case Server.data:
      return bytes[start + 1] === 0;
    case Server.exception:
      return end - start > 20 && latin1(bytes, start + 6, start + 10) === 'DB::';
    case Server.tableColumns:
    case Server.progress:
    case Server.endOfStream:
    case Server.profileEvents:
    case Server.log:
      return true;
    default:
      return false;
  }
}
