import type { Input, Redactor } from '@sonde/core';
import {
  conclude,
  type DoneToken,
  readDone,
  readEnvironment,
  readError,
  readFeatures,
  readLastDone,
  readLoginAck,
} from './answer-tokens.js';
import type { TdsConnection } from './connection.js';
import type { TdsResponse } from './messages.js';
import { PayloadReader } from './payload-reader.js';
import { ResultReader } from './results.js';
import { TokenBuffer } from './token-buffer.js';
import { Done, SELECT, Token } from './tokens.js';
import { INTEGER, readTypeInfo } from './type-info.js';

/**
 * Reads the tokens of one answer after the other, in whatever pieces they come, and keeps what they count. Of a token
 * whose length can't be told it gives up the rest of the answer: the packets around it still have theirs.
 *
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-tds (2.2.7)
 */
export class TokenReader {
  /** The rest of the answer isn't read. */
  lost = false;
  /** The last token acknowledged an attention. */
  attention = false;

  readonly #shared: TdsConnection;
  readonly #redact: Redactor;
  readonly #reader = new PayloadReader();
  readonly #results = new ResultReader();
  readonly #buffer = new TokenBuffer();
  readonly #done: DoneToken = { flags: 0, command: 0, count: 0 };
  #response!: TdsResponse;
  #preparing = false;
  /** Bytes of the answer are missing, so that nobody knows whether what they held failed. */
  #missing = false;
  #encryptedColumns = false;
  /** Bytes still to step over. */
  #skip = 0;
  /** Counts of statements in the procedure: then the procedure's own count repeats one of them. */
  #counted = false;

  constructor(shared: TdsConnection, redact: Redactor) {
    this.#shared = shared;
    this.#redact = redact;
  }

  /**
   * An answer begins.
   *
   * @param preparing - the first number that comes back is that of a prepared statement
   */
  begin(response: TdsResponse, preparing: boolean): void {
    this.#response = response;
    this.#preparing = preparing;
    this.lost = false;
    this.attention = false;
    this.#missing = false;
    this.#skip = 0;
    this.#counted = false;
    this.#results.clear();
    this.#buffer.clear();
  }

  /** Bytes of the answer are missing. */
  miss(): void {
    this.#missing = true;
    this.#lose();
  }

  /** The rest of the answer can't be read: how it ended only its end tells. */
  #lose(): void {
    const response = this.#response;
    if (response.result === 'OK') response.result = null;
    if (this.lost) return;
    this.lost = true;
    this.#buffer.clear();
    response.truncated = true;
    response.rows = response.affectedRows = response.results = undefined;
  }

  /** Takes the next bytes of the answer, `bytes[at]` up to, not including, `bytes[end]`. */
  feed(input: Input, at: number, end: number): void {
    if (this.lost) return;
    const buffer = this.#buffer;
    if (buffer.length > 0) {
      if (!buffer.append(input.bytes, at, end)) {
        this.#lose();
        return;
      }
      const rest = this.#run(this.#reader.from(buffer, 0, buffer.length));
      if (!this.lost) buffer.keepLast(rest);
      return;
    }
    const start = this.#stepOver(at, end);
    if (start >= end) return;
    const rest = this.#run(this.#reader.from(input, start, end));
    if (rest > 0 && !buffer.append(input.bytes, end - rest, end)) this.#lose();
  }

  #stepOver(start: number, end: number): number {
    const stepped = Math.min(this.#skip, end - start);
    this.#skip -= stepped;
    return start + stepped;
  }

  /** Reads as many whole tokens, or parts of results, as there are. Returns how many bytes are left. */
  #run(reader: PayloadReader): number {
    const results = this.#results;
    while (reader.at < reader.end) {
      const mark = reader.at;
      if (results.reading) this.#result(reader);
      else this.#token(reader);
      if (this.lost) return 0;
      if (reader.overrun) return reader.end - mark;
      if (this.#skip > 0) reader.at = this.#stepOver(reader.at, reader.end);
    }
    return 0;
  }

  #result(reader: PayloadReader): void {
    const length = this.#results.step(reader, this.#modern);
    if (length === null) this.#lose();
    else if (!reader.overrun) this.#skip = length;
  }

  get #modern(): boolean {
    return this.#shared.modern !== false;
  }

  #token(reader: PayloadReader): void {
    const code = reader.byte();
    switch (code) {
      case Token.row:
      case Token.rowWithNulls:
        this.#row(reader, code === Token.rowWithNulls);
        break;
      case Token.columns:
        this.#columns(reader);
        break;
      case Token.done:
      case Token.doneProcedure:
      case Token.doneInProcedure:
        this.#end(reader, code);
        break;
      case Token.error:
        readError(reader, this.#response, this.#redact);
        break;
      case Token.environment:
        readEnvironment(reader, this.#shared);
        break;
      case Token.returnStatus: {
        const status = reader.int32();
        if (!reader.overrun) this.#response.returnStatus = status;
        break;
      }
      case Token.returnValue:
        this.#returnValue(reader);
        break;
      case Token.loginAck:
        readLoginAck(reader, this.#response, this.#shared);
        break;
      case Token.featureAck:
        if (readFeatures(reader)) this.#encryptedColumns = true;
        break;
      case Token.info:
      case Token.order:
      case Token.tableName:
      case Token.columnInfo:
      case Token.sspi:
        this.#stepOverToken(reader, reader.uint16());
        break;
      case Token.sessionState:
      case Token.federation:
        this.#stepOverToken(reader, reader.uint32());
        break;
      case Token.offset:
        reader.skip(4);
        break;
      default:
        this.#lose();
    }
  }

  #stepOverToken(reader: PayloadReader, length: number): void {
    if (!reader.overrun) this.#skip = length;
  }

  #columns(reader: PayloadReader): void {
    const count = this.#encryptedColumns ? null : this.#results.beginColumns(reader);
    if (count === null) {
      this.#lose();
      return;
    }
    if (reader.overrun || count === 0) return;
    const response = this.#response;
    response.results = (response.results ?? 0) + 1;
    response.rows ??= 0;
  }

  #row(reader: PayloadReader, withNulls: boolean): void {
    if (!this.#results.beginRow(reader, withNulls)) this.#lose();
    else if (!reader.overrun) this.#response.rows = (this.#response.rows ?? 0) + 1;
  }

  #end(reader: PayloadReader, code: number): void {
    const done = this.#done;
    readDone(reader, this.#modern, done);
    if (reader.overrun) return;
    const { flags, command, count } = done;
    const response = this.#response;
    conclude(flags, response);
    this.attention = (flags & Done.attention) !== 0;
    if ((flags & Done.count) === 0 || command === SELECT || (code === Token.doneProcedure && this.#counted)) return;
    this.#counted = code === Token.doneInProcedure;
    response.affectedRows = (response.affectedRows ?? 0) + count;
  }

  /** A value that comes back: the first one of a statement that was prepared is its number. */
  #returnValue(reader: PayloadReader): void {
    reader.skip(2);
    reader.skipShortText();
    reader.skip(this.#modern ? 7 : 5); // status, the user's type, flags
    const code = reader.byte();
    if (reader.overrun) return;
    const layout = readTypeInfo(reader, code, false);
    if (layout === null) {
      this.#lose();
      return;
    }
    const length = this.#results.lengthOf(reader, layout);
    if (this.#preparing && code === INTEGER && length === 4 && this.#response.handle === undefined) {
      const handle = reader.int32();
      if (!reader.overrun) this.#response.handle = handle;
    } else if (!reader.overrun) this.#skip = length;
  }

  /** Reads the last token, where the others were lost: it tells how the answer ended, if no other can have failed. */
  readLast(reader: PayloadReader): void {
    readLastDone(reader, this.#modern, this.#response);
    if (this.#missing) this.#lose();
  }
}
