import { type Input, type StreamContext, type StreamParser, utf8 } from '@sonde/core';
import { BlockReader } from './block-reader.js';
import { readFirstTable, skipAside, skipParameters } from './client-packets.js';
import type { ClickhouseConnection } from './connection.js';
import { Cursor } from './cursor.js';
import { EmptyPacketSearch } from './empty-packet.js';
import { LONGEST_HELLO, readAddendum, readClientHello } from './hello.js';
import { type ClickhouseMessage, ClickhouseRequest, CONTROL } from './messages.js';
import { Client } from './packets.js';
import { dateQuery, type QueryHead, readQueryHead } from './query-packet.js';
import { Since } from './revisions.js';
import { statements } from './statement.js';

/** Bytes of a statement that are looked at; the rest is stepped over. */
const LONGEST_TEXT = 32_768;
/** No packet but one with a block, or a statement, is longer. */
const LONGEST_PACKET = 60_000;
/** A server speaks to another one as this user. */
const INTERSERVER = ' INTERSERVER SECRET ';

/** Reads what the client sends. */
export class ClickhouseRequestParser implements StreamParser {
  readonly #context: StreamContext<ClickhouseMessage, ClickhouseConnection>;
  readonly #shared: ClickhouseConnection;
  readonly #statements;
  readonly #cursor = new Cursor();
  readonly #block = new BlockReader();
  readonly #empty = new EmptyPacketSearch(Client.data);
  /** Packets that belong to the last request are still to come: up to a block without columns. */
  #open: ClickhouseRequest | null = null;
  #parameters = false;
  /** The block at hand is one of rows to be inserted. */
  #inserted = false;
  /** The end of a block is unknown: only the packet that ends the transfer shows itself. */
  #searching = false;

  constructor(context: StreamContext<ClickhouseMessage, ClickhouseConnection>) {
    this.#context = context;
    this.#shared = context.shared;
    this.#statements = statements(context.redact);
    if (context.fromStart) this.#shared.phase = 'hello';
  }

  read(input: Input): number {
    return this.#step(input, false);
  }

  gap(input: Input, missing: number): number {
    const { start, end, bytes } = input;
    if (this.#block.reading || this.#searching) {
      this.#lose();
      return end - start + missing;
    }
    if (end - start < 2 || bytes[start] !== Client.query || this.#shared.phase !== 'queries') return -1;
    return this.#step(input, true) || -1;
  }

  resync(input: Input): number {
    this.#reset();
    return this.#isBoundary(input) ? 0 : -1;
  }

  #reset(): void {
    this.#block.stop();
    this.#open = null;
    this.#parameters = this.#searching = false;
    if (this.#shared.phase !== 'hello') this.#shared.phase = 'queries';
  }

  /** Whether a query, or a ping by itself, begins here. */
  #isBoundary(input: Input): boolean {
    const { bytes, start, end } = input;
    if (bytes[start] === Client.ping) return end - start === 1 && this.#context.pending() === undefined;
    if (bytes[start] !== Client.query) return false;
    const cursor = this.#cursor.from(input);
    cursor.at++;
    return dateQuery(cursor) !== null;
  }

  /** @param cut no more bytes of this packet will come */
  #step(input: Input, cut: boolean): number {
    const cursor = this.#cursor.from(input);
    const { start } = input;
    if (this.#searching) return this.#search(input);
    if (this.#block.reading) return this.#goOn(cursor, input);
    if (this.#parameters) return this.#readParameters(cursor, start);
    if (this.#shared.phase === 'addendum') return this.#addendum(cursor, start);
    const type = cursor.byte();
    if (this.#shared.phase === 'hello') {
      if (type !== Client.hello) this.#context.fail('not a Hello');
      return this.#hello(cursor, start);
    }
    switch (type) {
      case Client.query:
        return this.#query(cursor, start, cut);
      case Client.data:
      case Client.scalar:
        return this.#data(cursor, input, type);
      case Client.hello:
        // Where the server's was lost, the rest of the opening begins so.
        if (this.#shared.phase === 'greeted') this.#context.fail('the server said no Hello');
        return this.#hello(cursor, start);
      case Client.ping:
        return this.#ask(new ClickhouseRequest('Ping'), 1);
      case Client.cancel:
        return this.#cancel();
      case Client.tablesStatusRequest:
        return this.#tables(cursor, start);
      default:
        return this.#aside(cursor, start, type);
    }
  }

  // ------------------------------------------------------------------ the opening

  #hello(cursor: Cursor, start: number): number {
    const hello = readClientHello(cursor);
    if (hello === null) {
      if (cursor.overrun && cursor.end - start < 4 * LONGEST_HELLO) return 0;
      return this.#context.fail('not a Hello');
    }
    if (hello.user === INTERSERVER) {
      cursor.skipString(); // cluster
      cursor.skipString(); // salt
      if (cursor.overrun) return 0;
    }
    const shared = this.#shared;
    shared.phase = 'greeted';
    shared.clientRevision = hello.revision;
    shared.database = hello.database === '' ? null : hello.database;
    shared.user = hello.user === '' ? null : hello.user;
    const request = new ClickhouseRequest('Hello');
    request.resource = shared.user;
    request.database = shared.database;
    request.clientName = hello.name;
    request.revision = hello.revision;
    return this.#ask(request, cursor.at - start);
  }

  #addendum(cursor: Cursor, start: number): number {
    const addendum = readAddendum(cursor, this.#shared.revision ?? 0);
    if (addendum === null) {
      if (cursor.end - start > LONGEST_HELLO) this.#context.fail('not an addendum');
      return 0;
    }
    this.#shared.phase = 'queries';
    this.#context.emit(CONTROL);
    if (addendum.chunked) this.#context.switchTo(null);
    return cursor.at - start;
  }

  // ------------------------------------------------------------------ questions

  #query(cursor: Cursor, start: number, cut: boolean): number {
    const head = this.#readHead(cursor);
    if (head === null) {
      if (cursor.overrun && cursor.end - start < LONGEST_PACKET) return 0;
      return this.#context.fail('not a query');
    }
    const { at } = cursor;
    const wanted = Math.min(head.length, LONGEST_TEXT);
    if (cursor.left < wanted && !cut) return 0;
    const last = Math.min(cursor.end, at + wanted);
    const { text, operation } = this.#statements.get(utf8(cursor.bytes, at, last));
    const request = new ClickhouseRequest(operation, true);
    request.resource = text;
    request.database = this.#shared.database;
    if (head.queryId !== '') request.queryId = head.queryId;
    if (head.secondary) request.secondary = true;
    if (head.compressed) request.compressed = true;
    if (head.traceparent !== null) request.traceparent = head.traceparent;
    if (last < at + head.length) request.truncated = true;
    this.#asked();
    this.#context.begin(request);
    this.#open = request;
    this.#parameters = (this.#shared.revision ?? 0) >= Since.parameters;
    return at - start + head.length;
  }

  #readHead(cursor: Cursor): QueryHead | null {
    const shared = this.#shared;
    if (shared.phase === 'greeted') shared.phase = 'queries'; // nobody saw the server's Hello
    const { at } = cursor;
    if (shared.revision !== null) {
      const head = readQueryHead(cursor, shared.revision);
      if (head !== null || cursor.overrun || shared.certain) return head;
      cursor.at = at;
    }
    const dated = dateQuery(cursor);
    if (dated === null) {
      // It may be whole only with the bytes to come.
      cursor.overrun = cursor.end - at < LONGEST_HELLO;
      return null;
    }
    shared.revision = dated.revision;
    shared.oldest = dated.oldest;
    return readQueryHead(cursor, dated.oldest);
  }

  #readParameters(cursor: Cursor, start: number): number {
    this.#parameters = !skipParameters(cursor);
    if (this.#parameters && cursor.at === start && cursor.end - start > LONGEST_PACKET) {
      this.#context.fail('a parameter without an end');
    }
    return cursor.at - start;
  }

  #tables(cursor: Cursor, start: number): number {
    const first = readFirstTable(cursor);
    if (cursor.overrun) {
      if (cursor.end - start > LONGEST_PACKET) this.#context.fail('too many tables');
      return 0;
    }
    const request = new ClickhouseRequest('TablesStatusRequest');
    request.resource = first;
    request.database = this.#shared.database;
    return this.#ask(request, cursor.at - start);
  }

  #cancel(): number {
    const pending = this.#context.pending();
    if (pending instanceof ClickhouseRequest) pending.cancelled = true;
    this.#context.emit(CONTROL);
    return 1;
  }

  #aside(cursor: Cursor, start: number, type: number): number {
    if (!skipAside(cursor, type)) this.#context.fail('unknown packet of a client');
    if (cursor.overrun) return 0;
    this.#context.emit(CONTROL);
    return cursor.at - start;
  }

  #ask(request: ClickhouseRequest, size: number): number {
    this.#asked();
    this.#context.emit(request);
    return size;
  }

  /** A client that asks has read all answers: what still waits was answered out of sight. */
  #asked(): void {
    this.#open = null;
    this.#shared.requests++;
    this.#shared.answering = false;
    for (let waiting = this.#context.pending(); waiting !== undefined; waiting = this.#context.pending()) {
      this.#context.abandon(waiting, 'answered out of sight');
    }
  }

  // ------------------------------------------------------------------ blocks

  #data(cursor: Cursor, input: Input, type: number): number {
    const { start } = input;
    const { revision } = this.#shared;
    if (revision === null) return this.#context.fail('data of a query that nobody saw');
    const nameLength = cursor.skipString();
    if (cursor.overrun) {
      if (cursor.end - start > LONGEST_PACKET) this.#context.fail('a name without an end');
      return 0;
    }
    this.#inserted = type === Client.data && nameLength === 0;
    this.#block.begin(revision);
    return this.#goOn(cursor, input);
  }

  #goOn(cursor: Cursor, input: Input): number {
    const { start } = input;
    const step = this.#block.advance(cursor);
    if (step === 'unknown') this.#lose();
    // Whether a compressed block is over may show only in what follows it.
    const shown = step === 'done' && cursor.at === start;
    if (cursor.at > start || shown) this.#book(step === 'done');
    return shown && this.#open !== null ? this.#step(input, false) : cursor.at - start;
  }

  /** Counts a block, or a part of one, to the request that it belongs to. */
  #book(done: boolean): void {
    const request = this.#open ?? this.#context.pending();
    if (!(request instanceof ClickhouseRequest)) {
      this.#context.emit(CONTROL);
      return;
    }
    if (!done) {
      this.#context.touch(request);
      return;
    }
    const { empty, compressed, rows } = this.#block;
    if (this.#inserted && !empty && !compressed && request.truncated !== true)
      request.rows = (request.rows ?? 0) + rows;
    if (this.#open !== null && !(empty && this.#inserted)) {
      this.#context.touch(request);
      return;
    }
    this.#open = null;
    this.#context.finish(request);
  }

  /** The end of a block can't be found. */
  #lose(): void {
    this.#block.stop();
    this.#searching = true;
    this.#empty.begin();
    const request = this.#open ?? this.#context.pending();
    if (!(request instanceof ClickhouseRequest)) return;
    request.truncated = true;
    request.rows = undefined;
  }

  /** Looks for the packet that ends the transfer, or, once it was answered, for the next question. */
  #search(input: Input): number {
    if (this.#context.pending() === undefined && this.#isBoundary(input)) {
      this.#searching = false;
      this.#open = null;
      this.#context.emit(CONTROL); // what was searched belongs to no other request
      return 0;
    }
    const taken = this.#empty.take(input);
    const request = this.#open ?? this.#context.pending();
    this.#searching = !this.#empty.found;
    if (!(request instanceof ClickhouseRequest)) this.#context.emit(CONTROL);
    else if (this.#searching) this.#context.touch(request);
    else {
      this.#open = null;
      this.#context.finish(request);
    }
    return taken;
  }
}
