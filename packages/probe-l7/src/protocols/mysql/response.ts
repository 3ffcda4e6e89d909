import type { Input, StreamContext, StreamParser } from '@sonde/core';
import { Command } from './commands.js';
import type { MysqlConnection } from './connection.js';
import { responseBoundary } from './detect.js';
import { readGreeting } from './login.js';
import { CONTROL, type MysqlMessage, MysqlRequest, MysqlResponse } from './messages.js';
import { Capability, HEADER, LONGEST_PAYLOAD, Marker, PacketReader, payloadLength, Status } from './packets.js';
import { errorCode, LONGEST_ERROR, LONGEST_OK, PROGRESS, readEof, readError, readOk } from './result-packets.js';

/** Longest greeting that is read. */
const LONGEST_GREETING = 1024;
/** Payload of an EOF packet since MySQL 4.1; before, it was the marker alone. */
const EOF_LENGTH = 5;
/** No payload of an EOF packet is longer; a row that begins with the same byte is. */
const LONGEST_EOF = 8;

/**
 * What comes next.
 *
 * - `answer`: the first packet of an answer.
 * - `result`: the first packet of a further result of the same answer.
 * - `columns`, `afterColumns`, `rows`: of a result set.
 * - `parameters`, `afterParameters`, `preparedColumns`, `afterPrepared`: what follows `PREPARE_OK`.
 * - `fields`: definitions up to EOF (`FIELD_LIST`).
 */
type State =
  | 'answer'
  | 'result'
  | 'columns'
  | 'afterColumns'
  | 'rows'
  | 'parameters'
  | 'afterParameters'
  | 'preparedColumns'
  | 'afterPrepared'
  | 'fields';

const reader = new PacketReader();

/** Reads what the server sends. */
export class MysqlResponseParser implements StreamParser {
  readonly #context: StreamContext<MysqlMessage, MysqlConnection>;
  readonly #shared: MysqlConnection;
  #state: State = 'answer';
  #response: MysqlResponse | null = null;
  /** Sequence number of the packet read last. */
  #sequence = 0;
  /** The payload read last goes on in the next packet. */
  #continued = false;
  /** Definitions still to come, and those of columns after those of parameters. */
  #definitions = 0;
  #preparedColumns = 0;
  /** An answer may be followed by an EOF packet that nobody could expect. */
  #trailing = false;
  /** The client sends a file, so that the next packet's sequence number is not the next one of this direction. */
  #fileSent = false;
  /** A binary log is being sent. */
  #streaming = false;

  constructor(context: StreamContext<MysqlMessage, MysqlConnection>) {
    this.#context = context;
    this.#shared = context.shared;
    if (!context.fromStart) this.#shared.synchronised = false;
  }

  read(input: Input): number {
    return this.#step(input, false);
  }

  gap(input: Input): number {
    return input.end - input.start <= HEADER ? -1 : this.#step(input, true);
  }

  resync(input: Input): number {
    const pending = this.#context.pending();
    const expected = pending instanceof MysqlRequest ? (pending.sequence + 1) & 0xff : null;
    const boundary = responseBoundary(input, expected);
    if (boundary !== 0) this.#giveUp();
    return boundary;
  }

  /** What is stepped over may have been the answer to any request that waits. */
  #giveUp(): void {
    for (let waiting = this.#context.pending(); waiting !== undefined; waiting = this.#context.pending()) {
      this.#context.abandon(waiting, 'answered out of sight');
    }
  }

  /** @param cut no more bytes of this packet will come */
  #step(input: Input, cut: boolean): number {
    const { bytes, start, end } = input;
    if (end - start < HEADER) return 0;
    const length = payloadLength(input, start);
    if (this.#continued) {
      this.#continued = length === LONGEST_PAYLOAD;
      this.#sequence = bytes[start + 3]!;
      return HEADER + length;
    }
    if (length === 0) {
      if (this.#state !== 'answer') this.#context.fail('empty packet');
      this.#context.emit(CONTROL);
      return HEADER;
    }
    if (end - start <= HEADER) return 0;
    const marker = bytes[start + HEADER]!;
    const sequence = bytes[start + 3]!;
    if (this.#state === 'answer') return this.#answer(input, length, sequence, marker, cut);
    if (this.#fileSent) this.#sequence = sequence - 1;
    this.#fileSent = false;
    if (sequence !== ((this.#sequence + 1) & 0xff)) this.#context.fail('packet out of sequence');
    return this.#inAnswer(input, length, marker, cut);
  }

  // ------------------------------------------------------------------ the first packet of an answer

  #answer(input: Input, length: number, sequence: number, marker: number, cut: boolean): number {
    const size = HEADER + length;
    const trailing = this.#trailing && isEof(marker, length) && sequence === ((this.#sequence + 1) & 0xff);
    this.#trailing = false;
    if (trailing) {
      this.#shared.withoutEof = false;
      return this.#ignore(size);
    }
    const pending = this.#context.pending();
    if (!(pending instanceof MysqlRequest)) return this.#unasked(input, length, sequence, marker, cut);
    if (pending.command === Command.login || pending.command === Command.changeUser) {
      return this.#authentication(input, length, marker, pending, cut);
    }
    if (sequence !== ((pending.sequence + 1) & 0xff)) return this.#ignore(size); // of an answer that nobody saw begin
    this.#sequence = sequence - 1;
    this.#shared.synchronised = true;
    this.#streaming = false;
    switch (pending.command) {
      case Command.query:
      case Command.execute:
      case Command.bulkExecute:
      case Command.processInfo:
        return this.#result(input, length, marker, cut);
      case Command.prepare:
        return marker === Marker.ok
          ? this.#prepareOk(input, length, pending, cut)
          : this.#okOrError(input, length, marker, cut);
      case Command.fieldList:
        this.#open('RESULTSET');
        this.#state = 'fields';
        return this.#inAnswer(input, length, marker, cut);
      case Command.fetch:
        this.#open('RESULTSET').rows = 0;
        this.#state = 'rows';
        return this.#inAnswer(input, length, marker, cut);
      case Command.statistics:
        return marker === Marker.error ? this.#error(input, length, cut) : this.#single('TEXT', size);
      case Command.binlogDump:
      case Command.binlogDumpGtid:
      case Command.tableDump:
        if (marker !== Marker.ok) return this.#okOrError(input, length, marker, cut);
        this.#streaming = true;
        return this.#single('STREAM', size);
      default:
        return this.#okOrError(input, length, marker, cut);
    }
  }

  /** The greeting, the rest of an answer that began before anybody looked, or what a server says when it gives up. */
  #unasked(input: Input, length: number, sequence: number, marker: number, cut: boolean): number {
    const { start, end } = input;
    const size = HEADER + length;
    if (sequence === 0 && marker === 10) {
      const wanted = Math.min(size, LONGEST_GREETING);
      if (end - start < wanted && !cut) return 0;
      const greeting = readGreeting(input, start + HEADER, Math.min(end, start + wanted));
      if (greeting !== null) {
        this.#shared.phase = 'opening';
        this.#shared.mariadb = greeting.mariadb;
        this.#shared.serverCapabilities = greeting.capabilities;
        return this.#ignore(size);
      }
    }
    const loggingIn = this.#shared.phase === 'opening';
    const first = loggingIn ? sequence > 0 && (marker === Marker.ok || marker === Marker.error) : sequence === 1;
    if (!first || this.#streaming) return this.#ignore(size);
    this.#context.emit(new MysqlResponse()); // the host counts an answer that nobody asked for
    return size;
  }

  /** Between a login and its OK or ERR, packets go to and fro. */
  #authentication(input: Input, length: number, marker: number, login: MysqlRequest, cut: boolean): number {
    if (marker !== Marker.ok && marker !== Marker.error) return HEADER + length;
    const consumed = this.#okOrError(input, length, marker, cut);
    if (consumed === 0) return 0;
    this.#shared.phase = 'commands';
    if (marker === Marker.error) return consumed;
    if (login.command === Command.changeUser) this.#shared.forgetStatements();
    this.#shared.database = login.database;
    if (login.command !== Command.login) return consumed;
    const compressed = Capability.compress | Capability.zstdCompression;
    if (this.#shared.agreed(compressed) === true) this.#context.switchTo(null);
    return consumed;
  }

  /** OK, an error, the beginning of a result set, or a wish for a file. */
  #result(input: Input, length: number, marker: number, cut: boolean): number {
    if (marker === Marker.ok && length >= 7) return this.#ok(input, length, cut);
    if (marker === Marker.error) return this.#error(input, length, cut);
    if (marker === Marker.infile) {
      this.#shared.phase = 'file';
      this.#fileSent = true;
      this.#open('OK');
      this.#state = 'result';
      return this.#step1(input, length);
    }
    const { start, end } = input;
    if (end - start < HEADER + length && !cut) return 0;
    const columns = columnCount(input, start + HEADER, length);
    if (columns === null) return this.#context.fail('not the beginning of a result set');
    const response = this.#open('RESULTSET');
    response.rows ??= 0;
    this.#definitions = columns;
    this.#state = columns === 0 ? 'afterColumns' : 'columns';
    if (columns < 0) {
      this.#state = 'afterColumns';
      this.#definitions = 0;
    }
    return this.#step1(input, length);
  }

  // ------------------------------------------------------------------ the packets after it

  #inAnswer(input: Input, length: number, marker: number, cut: boolean): number {
    switch (this.#state) {
      case 'result':
        if (marker === Marker.eof) return this.#endOfRows(input, length, cut);
        return this.#result(input, length, marker, cut);
      case 'columns':
      case 'parameters':
      case 'preparedColumns':
        if (marker === Marker.error) return this.#error(input, length, cut);
        return this.#skipDefinitions(input);
      case 'afterColumns':
        if (isEof(marker, length)) return this.#eofAfterColumns(input, length, cut);
        this.#shared.withoutEof = true;
        this.#state = 'rows';
        return this.#rows(input, length, marker, cut);
      case 'rows':
        return this.#rows(input, length, marker, cut);
      case 'afterParameters':
        this.#definitions = this.#preparedColumns;
        this.#state = 'preparedColumns';
        this.#shared.withoutEof = !isEof(marker, length);
        if (this.#shared.withoutEof) return this.#skipDefinitions(input);
        if (this.#definitions === 0) this.#finish();
        return this.#step1(input, length);
      case 'afterPrepared':
        if (!isEof(marker, length)) this.#context.fail('no end of the definitions');
        this.#finish();
        return this.#step1(input, length);
      default:
        // Definitions up to EOF.
        if (marker === Marker.error) return this.#error(input, length, cut);
        if (marker === Marker.eof) this.#finish();
        return this.#step1(input, length);
    }
  }

  /** As many definitions as the window holds. */
  #skipDefinitions(input: Input): number {
    const { bytes, start, end } = input;
    let at = start;
    while (this.#definitions > 0 && at + HEADER < end && bytes[at + HEADER]! < Marker.infile) {
      if (bytes[at + 3] !== ((this.#sequence + 1) & 0xff)) break;
      this.#sequence = bytes[at + 3]!;
      this.#definitions--;
      at += HEADER + payloadLength(input, at);
    }
    if (at === start) this.#context.fail('not a definition');
    if (this.#definitions === 0) this.#definitionsEnd();
    return at - start;
  }

  #definitionsEnd(): void {
    const { withoutEof } = this.#shared;
    if (this.#state === 'columns') {
      this.#state = 'afterColumns';
    } else if (this.#state === 'parameters' && (this.#preparedColumns > 0 || withoutEof === false)) {
      this.#state = 'afterParameters';
    } else if (withoutEof === false) {
      this.#state = 'afterPrepared';
    } else {
      this.#trailing = withoutEof === null;
      this.#finish();
    }
  }

  #eofAfterColumns(input: Input, length: number, cut: boolean): number {
    const { start, end } = input;
    if (end - start < HEADER + length && !cut) return 0;
    this.#shared.withoutEof = false;
    const response = this.#open('RESULTSET');
    const status = readEof(input, start + HEADER, Math.min(end, start + HEADER + length), response);
    if ((status & Status.cursorExists) !== 0) this.#endOfResult(status);
    else this.#state = 'rows';
    return this.#step1(input, length);
  }

  /** As many rows as the window holds, or what ends them. */
  #rows(input: Input, length: number, marker: number, cut: boolean): number {
    if (this.#endsRows(marker, length)) return this.#endOfRows(input, length, cut);
    if (marker === Marker.error) return this.#error(input, length, cut);
    const { bytes, start, end } = input;
    const response = this.#open('RESULTSET');
    let at = start;
    let count = 0;
    for (let payload = length; ; payload = payloadLength(input, at)) {
      this.#sequence = bytes[at + 3]!;
      count++;
      at += HEADER + payload;
      this.#continued = payload === LONGEST_PAYLOAD;
      if (this.#continued || at + HEADER >= end || bytes[at + HEADER]! >= Marker.eof) break;
      if (bytes[at + 3] !== ((this.#sequence + 1) & 0xff)) break;
    }
    response.rows = (response.rows ?? 0) + count;
    return at - start;
  }

  #endsRows(marker: number, length: number): boolean {
    if (marker !== Marker.eof) return false;
    return length <= LONGEST_EOF || (this.#shared.withoutEof === true && length < LONGEST_PAYLOAD);
  }

  #endOfRows(input: Input, length: number, cut: boolean): number {
    const { start, end } = input;
    const wanted = HEADER + Math.min(length, LONGEST_OK);
    if (end - start < wanted && !cut) return 0;
    const response = this.#open('RESULTSET');
    const last = Math.min(end, start + HEADER + length);
    const status =
      length <= EOF_LENGTH
        ? readEof(input, start + HEADER, last, response)
        : readOk(input, start + HEADER, last, response, true);
    this.#endOfResult(status);
    return this.#step1(input, length);
  }

  // ------------------------------------------------------------------ packets that end something

  #okOrError(input: Input, length: number, marker: number, cut: boolean): number {
    if (marker === Marker.error) return this.#error(input, length, cut);
    if (marker === Marker.ok) return this.#ok(input, length, cut);
    if (!isEof(marker, length)) this.#context.fail('neither OK nor an error');
    return this.#single('OK', HEADER + length);
  }

  #ok(input: Input, length: number, cut: boolean): number {
    const { start, end } = input;
    const wanted = HEADER + Math.min(length, LONGEST_OK);
    if (end - start < wanted && !cut) return 0;
    const pending = this.#context.pending();
    const response = this.#response ?? new MysqlResponse();
    const status = readOk(input, start + HEADER, Math.min(end, start + HEADER + length), response, false);
    this.#sequence = input.bytes[start + 3]!;
    if (pending instanceof MysqlRequest) this.#succeeded(pending);
    if ((status & Status.moreResults) !== 0) {
      this.#begin(response);
      this.#endOfResult(status);
    } else this.#end(response);
    return HEADER + length;
  }

  /** What an OK to some commands changes. */
  #succeeded(request: MysqlRequest): void {
    const { command, resource } = request;
    if (command === Command.initDatabase) this.#shared.database = resource;
    else if (request.operation === 'RESET_CONNECTION') this.#shared.forgetStatements();
    else if (command === Command.query && resource !== null && (resource.charCodeAt(0) | 0x20) === 0x75) {
      const used = /^use\s+(?:`([^`]+)`|([^\s;`]+))\s*;?\s*$/i.exec(resource);
      if (used !== null) this.#shared.database = used[1] ?? used[2] ?? null;
    }
  }

  #error(input: Input, length: number, cut: boolean): number {
    const { start, end } = input;
    const wanted = HEADER + Math.min(length, LONGEST_ERROR);
    if (end - start < wanted && !cut) return 0;
    const last = Math.min(end, start + wanted);
    this.#sequence = input.bytes[start + 3]!;
    if (last - start >= HEADER + 3 && errorCode(input, start + HEADER) === PROGRESS) {
      if (this.#state === 'answer') this.#progressed();
      return HEADER + length;
    }
    const response = this.#response ?? new MysqlResponse();
    readError(input, start + HEADER, last, response, this.#context.redact);
    if (end - start < wanted) response.truncated = true;
    this.#end(response);
    return HEADER + length;
  }

  /** A report before the first result: the answer goes on from its sequence number. */
  #progressed(): void {
    this.#open('OK');
    this.#state = 'result';
  }

  #prepareOk(input: Input, length: number, request: MysqlRequest, cut: boolean): number {
    const { start, end } = input;
    const size = HEADER + length;
    if (end - start < Math.min(size, HEADER + 12) && !cut) return 0;
    const packet = reader.from(input, start + HEADER + 1, Math.min(end, start + size));
    const response = this.#open('PREPARE_OK');
    const statement = packet.uint32();
    this.#preparedColumns = packet.uint16();
    const parameters = packet.uint16();
    if (packet.overrun) {
      response.truncated = true;
      this.#finish();
      return size;
    }
    response.statementId = statement;
    if (request.resource !== null) this.#shared.prepared(statement, request.resource);
    this.#sequence = input.bytes[start + 3]!;
    packet.skip(3);
    const withoutDefinitions = length === 13 && packet.byte() === 0;
    this.#definitions = parameters > 0 ? parameters : this.#preparedColumns;
    if (this.#definitions === 0 || withoutDefinitions) this.#finish();
    else this.#state = parameters > 0 ? 'parameters' : 'preparedColumns';
    return size;
  }

  /** The end of one result, which may be the last. */
  #endOfResult(status: number): void {
    if ((status & Status.moreResults) === 0) {
      this.#finish();
      return;
    }
    const response = this.#response!;
    response.results = (response.results ?? 1) + 1;
    this.#state = 'result';
  }

  // ------------------------------------------------------------------ the answer

  /** Books a packet of an answer; returns its size. */
  #step1(input: Input, length: number): number {
    this.#sequence = input.bytes[input.start + 3]!;
    return HEADER + length;
  }

  #ignore(size: number): number {
    this.#context.emit(CONTROL);
    return size;
  }

  #single(result: MysqlResponse['result'], size: number): number {
    const response = new MysqlResponse();
    response.result = result;
    this.#end(response);
    return size;
  }

  #open(result: MysqlResponse['result']): MysqlResponse {
    if (this.#response !== null) return this.#response;
    const response = new MysqlResponse();
    response.result = result;
    this.#begin(response);
    return response;
  }

  #begin(response: MysqlResponse): void {
    if (this.#response === null) this.#context.begin(response);
    this.#response = response;
  }

  #end(response: MysqlResponse): void {
    if (this.#response === null) this.#context.emit(response);
    else this.#context.finish(response);
    this.#response = null;
    this.#state = 'answer';
  }

  #finish(): void {
    this.#end(this.#response!);
  }
}

function isEof(marker: number, length: number): boolean {
  return marker === Marker.eof && (length === EOF_LENGTH || length === 1);
}

/**
 * Columns of a result set whose first packet this is; negative if their definitions were left out, since the client has
 * them; null if it can't be one.
 *
 * MariaDB adds a byte that tells so behind the count, MySQL (where the client asked for it) puts one before it.
 */
function columnCount(input: Input, at: number, length: number): number | null {
  const packet = reader.from(input, at, at + length);
  if (packet.left >= 2 && input.bytes[at]! <= 1 && !(input.bytes[at] === 1 && input.bytes[at + 1]! <= 1)) {
    const follows = packet.byte();
    const count = packet.integer();
    if (packet.overrun || packet.left > 0 || count > 0xffff) return null;
    return follows === 1 ? count : -count;
  }
  const count = packet.integer();
  if (packet.overrun || count === 0 || count > 0xffff) return null;
  if (packet.left === 0) return count;
  const follows = packet.byte();
  return packet.left > 0 || follows > 1 ? null : follows === 1 ? count : -count;
}
