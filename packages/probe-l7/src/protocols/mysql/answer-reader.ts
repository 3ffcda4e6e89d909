import type { Input, StreamContext } from '@sonde/core';
import { Command } from './commands.js';
import type { MysqlConnection } from './connection.js';
import { type MysqlMessage, MysqlRequest, MysqlResponse, type MysqlResult } from './messages.js';
import { HEADER, LONGEST_PAYLOAD, Marker, payloadLength, Status } from './packets.js';
import {
  columnCount,
  errorCode,
  isEndOfRows,
  isEof,
  LONGEST_ERROR,
  LONGEST_OK,
  PROGRESS,
  readEof,
  readError,
  readOk,
  readPrepareOk,
} from './result-packets.js';

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

/**
 * Reads the packets of one answer after the other. Whether EOF packets separate definitions from rows is learnt from the
 * packets themselves, so that joining in mid-connection needs no guess.
 */
export class AnswerReader {
  /** The payload read last goes on in the next packet. */
  continued = false;

  readonly #context: StreamContext<MysqlMessage, MysqlConnection>;
  readonly #shared: MysqlConnection;
  #state: State = 'answer';
  #response: MysqlResponse | null = null;
  /** Sequence number of the packet read last. */
  #sequence = 0;
  /** Definitions still to come, and those of columns that follow the ones of parameters. */
  #definitions = 0;
  #preparedColumns = 0;
  /** An answer may be followed by an EOF packet that nobody could expect. */
  #trailing = false;
  /** The client sends a file, so that the next sequence number isn't the one after this direction's last. */
  #fileSent = false;

  constructor(context: StreamContext<MysqlMessage, MysqlConnection>) {
    this.#context = context;
    this.#shared = context.shared;
  }

  /** True in the middle of an answer. */
  get reading(): boolean {
    return this.#state !== 'answer';
  }

  /** Steps over the rest of a payload of 16 MiB and more. */
  goOn(length: number, sequence: number): number {
    this.continued = length === LONGEST_PAYLOAD;
    this.#sequence = sequence;
    return HEADER + length;
  }

  /** Whether a packet between answers is the EOF of the answer before. Ask once for each packet. */
  isTrailing(length: number, sequence: number, marker: number): boolean {
    const trailing = this.#trailing && isEof(marker, length) && sequence === this.#following;
    this.#trailing = false;
    if (trailing) this.#shared.withoutEof = false;
    return trailing;
  }

  /** Reads the first packet of the answer to `request`. Returns its size, or 0 for more bytes. */
  first(input: Input, length: number, marker: number, request: MysqlRequest, cut: boolean): number {
    switch (request.command) {
      case Command.query:
      case Command.execute:
      case Command.bulkExecute:
      case Command.processInfo:
        return this.#result(input, length, marker, cut);
      case Command.prepare:
        if (marker !== Marker.ok) break;
        return this.#prepareOk(input, length, request, cut);
      case Command.fieldList:
        this.#open('RESULTSET');
        this.#state = 'fields';
        return this.#continue(input, length, marker, cut);
      case Command.fetch:
        this.#open('RESULTSET').rows = 0;
        this.#state = 'rows';
        return this.#continue(input, length, marker, cut);
      case Command.statistics:
        if (marker === Marker.error) break;
        return this.single('TEXT', HEADER + length);
    }
    return this.okOrError(input, length, marker, cut);
  }

  /** Reads a further packet of an answer. */
  next(input: Input, length: number, sequence: number, marker: number, cut: boolean): number {
    if (!this.#fileSent && sequence !== this.#following) this.#context.fail('packet out of sequence');
    return this.#continue(input, length, marker, cut);
  }

  /** An answer of one packet that ends with it. */
  single(result: MysqlResult, size: number): number {
    const response = new MysqlResponse();
    response.result = result;
    this.#end(response);
    return size;
  }

  /** OK, ERR, or the EOF with which some commands are answered. */
  okOrError(input: Input, length: number, marker: number, cut: boolean): number {
    if (marker === Marker.error) return this.#error(input, length, cut);
    if (marker === Marker.ok) return this.#ok(input, length, cut);
    if (!isEof(marker, length)) this.#context.fail('neither OK nor an error');
    return this.single('OK', HEADER + length);
  }

  get #following(): number {
    return (this.#sequence + 1) & 0xff;
  }

  // ------------------------------------------------------------------ results

  /** OK, an error, the beginning of a result set, or a wish for a file. */
  #result(input: Input, length: number, marker: number, cut: boolean): number {
    if (marker === Marker.ok && length >= 7) return this.#ok(input, length, cut);
    if (marker === Marker.error) return this.#error(input, length, cut);
    if (marker === Marker.infile) {
      this.#shared.phase = 'file';
      this.#open('OK');
      this.#state = 'result';
      const size = this.#book(input, length);
      this.#fileSent = true;
      return size;
    }
    const { start, end } = input;
    if (end - start < HEADER + length && !cut) return 0;
    const columns = columnCount(input, start + HEADER, length);
    if (columns === null) return this.#context.fail('not the beginning of a result set');
    this.#open('RESULTSET').rows ??= 0;
    this.#definitions = Math.max(columns, 0);
    this.#state = columns > 0 ? 'columns' : 'afterColumns';
    return this.#book(input, length);
  }

  #continue(input: Input, length: number, marker: number, cut: boolean): number {
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
        return this.#afterParameters(input, length, marker);
      case 'afterPrepared':
        if (!isEof(marker, length)) this.#context.fail('no end of the definitions');
        this.#finish();
        return this.#book(input, length);
      default:
        if (marker === Marker.error) return this.#error(input, length, cut);
        if (marker === Marker.eof) this.#finish();
        return this.#book(input, length);
    }
  }

  /** As many rows as the window holds, or what ends them. */
  #rows(input: Input, length: number, marker: number, cut: boolean): number {
    if (isEndOfRows(marker, length, this.#shared.withoutEof === true)) return this.#endOfRows(input, length, cut);
    if (marker === Marker.error) return this.#error(input, length, cut);
    const { bytes, start, end } = input;
    const response = this.#open('RESULTSET');
    let at = start;
    let count = 0;
    for (let payload = length; ; payload = payloadLength(input, at)) {
      this.#sequence = bytes[at + 3]!;
      count++;
      at += HEADER + payload;
      this.continued = payload === LONGEST_PAYLOAD;
      if (this.continued || at + HEADER >= end || bytes[at + HEADER]! >= Marker.eof) break;
      if (bytes[at + 3] !== this.#following) break;
    }
    response.rows = (response.rows ?? 0) + count;
    return at - start;
  }

  #endOfRows(input: Input, length: number, cut: boolean): number {
    const { start, end } = input;
    const wanted = HEADER + Math.min(length, LONGEST_OK);
    if (end - start < wanted && !cut) return 0;
    const response = this.#open('RESULTSET');
    const last = Math.min(end, start + HEADER + length);
    const status = isEof(Marker.eof, length)
      ? readEof(input, start + HEADER, last, response)
      : readOk(input, start + HEADER, last, response, true);
    this.#heed(status, response);
    this.#endOfResult(status);
    return this.#book(input, length);
  }

  #eofAfterColumns(input: Input, length: number, cut: boolean): number {
    const { start, end } = input;
    if (end - start < HEADER + length && !cut) return 0;
    this.#shared.withoutEof = false;
    const last = Math.min(end, start + HEADER + length);
    const status = readEof(input, start + HEADER, last, this.#open('RESULTSET'));
    if ((status & Status.cursorExists) !== 0) this.#endOfResult(status);
    else this.#state = 'rows';
    return this.#book(input, length);
  }

  /** Takes what an answer says of the session. */
  #heed(status: number, { truncated }: MysqlResponse): void {
    if (truncated !== true) this.#shared.backslash = (status & Status.noBackslashEscapes) === 0;
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

  // ------------------------------------------------------------------ definitions

  #prepareOk(input: Input, length: number, request: MysqlRequest, cut: boolean): number {
    const { start, end } = input;
    const size = HEADER + length;
    if (end - start < Math.min(size, HEADER + 13) && !cut) return 0;
    const prepared = readPrepareOk(input, start + HEADER, Math.min(end, start + size));
    const response = this.#open('PREPARE_OK');
    this.#book(input, length);
    if (prepared === null) {
      response.truncated = true;
      this.#finish();
      return size;
    }
    response.statementId = prepared.statement;
    if (request.resource !== null) this.#shared.prepared(prepared.statement, request.resource);
    this.#preparedColumns = prepared.columns;
    this.#definitions = prepared.parameters > 0 ? prepared.parameters : prepared.columns;
    if (this.#definitions === 0) this.#finish();
    else this.#state = prepared.parameters > 0 ? 'parameters' : 'preparedColumns';
    return size;
  }

  /** As many definitions as the window holds. */
  #skipDefinitions(input: Input): number {
    const { bytes, start, end } = input;
    let at = start;
    while (this.#definitions > 0 && at + HEADER < end && bytes[at + HEADER]! < Marker.infile) {
      if (bytes[at + 3] !== this.#following) break;
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

  #afterParameters(input: Input, length: number, marker: number): number {
    this.#definitions = this.#preparedColumns;
    this.#state = 'preparedColumns';
    this.#shared.withoutEof = !isEof(marker, length);
    if (this.#shared.withoutEof) return this.#skipDefinitions(input);
    if (this.#definitions === 0) this.#finish();
    return this.#book(input, length);
  }

  // ------------------------------------------------------------------ OK and ERR

  #ok(input: Input, length: number, cut: boolean): number {
    const { start, end } = input;
    const wanted = HEADER + Math.min(length, LONGEST_OK);
    if (end - start < wanted && !cut) return 0;
    const response = this.#response ?? new MysqlResponse();
    const status = readOk(input, start + HEADER, Math.min(end, start + HEADER + length), response, false);
    this.#heed(status, response);
    const request = this.#context.pending();
    if (request instanceof MysqlRequest) this.#shared.succeeded(request.command, request.resource);
    if ((status & Status.moreResults) !== 0) {
      this.#begin(response);
      this.#endOfResult(status);
    } else this.#end(response);
    return this.#book(input, length);
  }

  #error(input: Input, length: number, cut: boolean): number {
    const { start, end } = input;
    const wanted = HEADER + Math.min(length, LONGEST_ERROR);
    if (end - start < wanted && !cut) return 0;
    const last = Math.min(end, start + wanted);
    if (last - start >= HEADER + 3 && errorCode(input, start + HEADER) === PROGRESS) {
      if (this.#state === 'answer') {
        this.#open('OK');
        this.#state = 'result';
      }
      return this.#book(input, length);
    }
    const response = this.#response ?? new MysqlResponse();
    readError(input, start + HEADER, last, last < start + HEADER + length, response, this.#context.redact);
    if (end - start < wanted) response.truncated = true;
    this.#end(response);
    return this.#book(input, length);
  }

  // ------------------------------------------------------------------ the answer

  /** Remembers a packet's sequence number; returns its size. */
  #book(input: Input, length: number): number {
    this.#sequence = input.bytes[input.start + 3]!;
    this.#fileSent = false;
    return HEADER + length;
  }

  #open(result: MysqlResult): MysqlResponse {
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
