import { findByte, type Input, Interner, type StreamContext, type StreamParser, utf8 } from '@sonde/core';
import { ConnectionMasker } from '../../sql/statements.js';
import type { PostgresConnection } from './connection.js';
import { requestBoundary } from './detect.js';
import { Client, clientFrameSize, HEADER } from './frames.js';
import { CONTROL, type PostgresMessage, PostgresRequest } from './messages.js';
import { readStartup, startupKind } from './startup.js';

/** Bytes of a statement that are kept; the rest is stepped over. */
const LONGEST_TEXT = 32_768;
/** Bytes within which the names of statements and portals have to end. */
const LONGEST_NAMES = 512;

const names = new Interner({ capacity: 2048, encoding: 'utf8' });

/** Reads what the client sends. */
export class PostgresRequestParser implements StreamParser {
  readonly #context: StreamContext<PostgresMessage, PostgresConnection>;
  readonly #shared: PostgresConnection;
  readonly #masker: ConnectionMasker;
  /** False while the next message may be an untyped one, as only the first ones of a connection are. */
  #typed = false;
  /** A request that `Parse` or `Bind` began, until `Execute`, `Flush` or `Sync` ends it. */
  #open: PostgresRequest | null = null;
  /** Portal that the open request bound, null if it only parsed. */
  #portal: string | null = null;

  constructor(context: StreamContext<PostgresMessage, PostgresConnection>) {
    this.#context = context;
    this.#shared = context.shared;
    this.#masker = new ConnectionMasker(context.redact, 'postgresql');
    if (context.fromStart) return;
    this.#shared.lose();
    this.#shared.forgetUnnamed();
  }

  read(input: Input): number {
    return this.#step(input, false);
  }

  gap(input: Input): number {
    if (input.end - input.start < (this.#typed ? HEADER : 8)) return -1;
    const size = this.#step(input, true);
    this.#shared.answered = this.#shared.batch; // it may have been answered before the loss showed
    return size;
  }

  resync(input: Input): number {
    const boundary = requestBoundary(input);
    if (boundary >= 0) this.#typed = true;
    return boundary;
  }

  /** @param cut no more bytes of this message will come */
  #step(input: Input, cut: boolean): number {
    const { bytes, start, end } = input;
    if (!this.#typed) {
      if (bytes[start] === 0) return this.#untyped(input, cut);
      this.#typed = true;
    }
    if (end - start < HEADER) return 0;
    const size = clientFrameSize(input, start);
    if (size === 0) this.#context.fail('not a frontend message');
    switch (bytes[start]) {
      case Client.query:
        return this.#query(input, size, cut);
      case Client.parse:
        return this.#parse(input, size, cut);
      case Client.bind:
        return this.#bind(input, size, cut);
      case Client.execute:
        return this.#execute(input, size, cut);
      case Client.close:
        return this.#close(input, size, cut);
      case Client.describe:
        return size; // part of the request around it, if there is one
      case Client.flush:
        this.#finishOpen();
        return size;
      case Client.sync:
        this.#finishOpen();
        this.#shared.batch++;
        return size;
      case Client.functionCall:
        this.#emit(new PostgresRequest('request', 'function', null, this.#shared.batch++));
        return size;
      default:
        // Passwords, copied data, Terminate: nothing of them is kept.
        this.#context.emit(CONTROL);
        return size;
    }
  }

  #untyped(input: Input, cut: boolean): number {
    const { start, end } = input;
    if (end - start < 8) return 0;
    const kind = startupKind(input, start);
    const size = input.view.getUint32(start);
    switch (kind) {
      case null:
        return this.#context.fail('not a startup message');
      case 'cancel':
        this.#emit(new PostgresRequest('oneway', 'cancel', null, 0));
        return size;
      case 'startup':
        if (end - start < size && !cut) return 0;
        this.#startup(input, size);
        return size;
      default:
        this.#shared.encryptionAsked = true;
        this.#context.emit(CONTROL);
        return size;
    }
  }

  #startup(input: Input, size: number): void {
    const startup = readStartup(input, input.start + 8, input.start + size);
    this.#typed = true;
    this.#shared.encryptionAsked = false;
    this.#shared.database = startup?.database ?? startup?.user ?? null;
    const request = new PostgresRequest('request', 'startup', startup?.user ?? null, this.#shared.batch++);
    if (startup === null) request.truncated = true;
    this.#emit(request);
  }

  #query(input: Input, size: number, cut: boolean): number {
    const { start, end } = input;
    const wanted = Math.min(size, HEADER + LONGEST_TEXT);
    if (end - start < wanted && !cut) return 0;
    const last = Math.min(end, start + wanted);
    const whole = last === start + size;
    const text = utf8(input.bytes, start + HEADER, whole ? last - 1 : last);
    const sql = this.#masker.mask(text, this.#shared.backslash);
    const request = new PostgresRequest('request', 'query', sql, this.#shared.batch++);
    if (!whole) request.truncated = true;
    this.#emit(request);
    return size;
  }

  #parse(input: Input, size: number, cut: boolean): number {
    const { bytes, start, end } = input;
    const wanted = Math.min(size, HEADER + LONGEST_TEXT);
    if (end - start < wanted && !cut) return 0;
    if (this.#shared.skipping) return size;
    const last = Math.min(end, start + wanted);
    const nameEnd = findByte(bytes, 0, start + HEADER, last);
    let sql: string | null = null;
    let truncated = nameEnd < 0;
    if (nameEnd >= 0) {
      const textEnd = findByte(bytes, 0, nameEnd + 1, last);
      truncated = textEnd < 0;
      sql = this.#masker.mask(utf8(bytes, nameEnd + 1, truncated ? last : textEnd), this.#shared.backslash);
    }
    const request = new PostgresRequest('request', 'parse', sql, this.#shared.batch);
    request.statement = nameEnd < 0 ? null : names.take(bytes, start + HEADER, nameEnd);
    request.awaitsParse = true;
    if (truncated) request.truncated = true;
    if (request.statement !== null) this.#shared.prepare(request.statement, sql);
    this.#begin(request);
    this.#portal = null;
    return size;
  }

  #bind(input: Input, size: number, cut: boolean): number {
    const { bytes, start } = input;
    const last = this.#names(input, size, cut);
    if (last < 0) return 0;
    if (this.#shared.skipping) return size;
    const portalEnd = findByte(bytes, 0, start + HEADER, last);
    const statementEnd = portalEnd < 0 ? -1 : findByte(bytes, 0, portalEnd + 1, last);
    const statement = statementEnd < 0 ? null : names.take(bytes, portalEnd + 1, statementEnd);
    const portal = portalEnd < 0 ? '' : names.take(bytes, start + HEADER, portalEnd);
    let request = this.#open;
    if (request === null || request.ended || this.#portal !== null || request.statement !== statement) {
      const sql = statement === null ? null : this.#shared.sqlOf(statement);
      request = new PostgresRequest('request', 'bind', sql, this.#shared.batch);
      request.statement = statement;
      this.#begin(request);
    }
    request.operation = 'bind';
    request.awaitsBind = true;
    this.#portal = portal;
    this.#shared.bind(portal, statement, request.resource);
    return size;
  }

  #execute(input: Input, size: number, cut: boolean): number {
    const { bytes, start } = input;
    const last = this.#names(input, size, cut);
    if (last < 0) return 0;
    const nameEnd = findByte(bytes, 0, start + HEADER, last);
    const portal = nameEnd < 0 ? '' : names.take(bytes, start + HEADER, nameEnd);
    const open = this.#open;
    if (open !== null && !open.ended && this.#portal === portal) {
      open.operation = 'execute';
      this.#finishOpen();
    } else if (this.#shared.skipping) {
      this.#context.emit(CONTROL);
    } else {
      const known = this.#shared.portal(portal);
      const request = new PostgresRequest('request', 'execute', known?.sql ?? null, this.#shared.batch);
      request.statement = known?.statement ?? null;
      this.#emit(request);
    }
    return size;
  }

  #close(input: Input, size: number, cut: boolean): number {
    const { bytes, start } = input;
    const last = this.#names(input, size, cut);
    if (last < 0) return 0;
    const nameEnd = findByte(bytes, 0, start + HEADER + 1, last);
    if (nameEnd < 0) return size;
    const name = names.take(bytes, start + HEADER + 1, nameEnd);
    if (bytes[start + HEADER] === 0x53) this.#shared.closeStatement(name);
    else this.#shared.closePortal(name);
    return size;
  }

  /** Where the part of a message that holds names ends in the window, or -1 while it isn't there yet. */
  #names(input: Input, size: number, cut: boolean): number {
    const wanted = Math.min(size, LONGEST_NAMES);
    const available = input.end - input.start;
    if (available >= wanted) return input.start + wanted;
    return cut ? input.end : -1;
  }

  #emit(request: PostgresRequest): void {
    if (!this.#shared.synchronised) this.#giveUpBefore(request.batch);
    request.database = this.#shared.database;
    request.end();
    this.#open = null;
    this.#context.emit(request);
  }

  #begin(request: PostgresRequest): void {
    if (!this.#shared.synchronised) this.#giveUpBefore(request.batch);
    request.database = this.#shared.database;
    this.#open?.end();
    this.#open = request;
    this.#context.begin(request);
  }

  /** A client that goes on without an answer had one that nobody saw, or doesn't wait: then order can't be told yet. */
  #giveUpBefore(batch: number): void {
    let waiting = this.#context.pending();
    while (waiting instanceof PostgresRequest && waiting.batch < batch) {
      this.#context.abandon(waiting, 'answered out of sight');
      waiting = this.#context.pending();
    }
  }

  #finishOpen(): void {
    const open = this.#open;
    this.#open = null;
    this.#portal = null;
    if (open === null) {
      this.#context.emit(CONTROL);
      return;
    }
    open.end();
    this.#context.finish(open);
  }
}
