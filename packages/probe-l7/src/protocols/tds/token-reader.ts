import type { Input, Redactor } from '@sonde/core';
import type { TdsConnection } from './connection.js';
import { maskMessage } from './error-text.js';
import type { TdsResponse } from './messages.js';
import { PayloadReader } from './payload-reader.js';
import { Done, Environment, SELECT, Token } from './tokens.js';
import { namesTable, readTypeInfo, type ValueLayout } from './type-info.js';

/** Longest token that is put together of pieces: columns of the widest table, and their names. */
const LONGEST_TOKEN = 0x4_0000;
const MOST_COLUMNS = 4096;
/** In place of the number of columns: there are none. */
const NO_COLUMNS = 0xffff;
/** In place of lengths: null, or not known beforehand. */
const NULL_SHORT = 0xffff;
const NULL_LONG = 0xffff_ffff;
const LONGEST_MESSAGE = 512;
/** Columns whose values are encrypted are described otherwise. */
const COLUMN_ENCRYPTION = 0x04;

/**
 * Reads the tokens of one answer after the other, in whatever pieces they come, and keeps what they count. Of a token
 * whose length can't be told it gives up the rest of the answer: the packets around it still have theirs.
 */
export class TokenReader {
  /** The rest of the answer isn't read. */
  lost = false;
  /** The last token acknowledged an attention. */
  attention = false;
  /** Tokens that were read of this answer. */
  tokens = 0;

  readonly #shared: TdsConnection;
  readonly #redact: Redactor;
  readonly #reader = new PayloadReader();
  #response!: TdsResponse;
  #preparing = false;
  #columns: ValueLayout[] = [];
  #encryptedColumns = false;
  /** Next column of the row at hand, -1 between rows; which of them are null. */
  #column = -1;
  #nulls: Uint8Array | null = null;
  /** In the middle of a value that comes in chunks. */
  #chunks = false;
  /** Bytes still to step over. */
  #skip = 0;
  /** The beginning of a token whose rest is still to come. */
  #kept = new Uint8Array(0);
  #keptBytes = 0;
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
    this.tokens = 0;
    this.#columns = [];
    this.#column = -1;
    this.#nulls = null;
    this.#chunks = false;
    this.#skip = 0;
    this.#keptBytes = 0;
    this.#counted = false;
  }

  /** Bytes of the answer are missing. */
  lose(): void {
    if (this.lost) return;
    this.lost = true;
    this.#keptBytes = 0;
    const response = this.#response;
    response.truncated = true;
    response.rows = response.affectedRows = response.results = undefined;
  }

  /** Takes the next bytes of the answer, `bytes[at]` up to, not including, `bytes[end]`. */
  feed(input: Input, at: number, end: number): void {
    let start = at;
    if (this.#keptBytes === 0) start = this.#stepOver(start, end);
    if (this.lost || start >= end) return;
    if (this.#keptBytes === 0) {
      const rest = this.#run(this.#reader.from(input, start, end));
      if (!this.lost && rest > 0) this.#keep(input.bytes, end - rest, end);
      return;
    }
    this.#keep(input.bytes, start, end);
    const bytes = this.#kept;
    const rest = this.#run(this.#reader.from({ bytes, view: new DataView(bytes.buffer) }, 0, this.#keptBytes));
    if (this.lost) return;
    bytes.copyWithin(0, this.#keptBytes - rest, this.#keptBytes);
    this.#keptBytes = rest;
  }

  #stepOver(start: number, end: number): number {
    const stepped = Math.min(this.#skip, end - start);
    this.#skip -= stepped;
    return start + stepped;
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    const wanted = this.#keptBytes + end - start;
    if (wanted > LONGEST_TOKEN) {
      this.lose();
      return;
    }
    if (wanted > this.#kept.length) {
      const larger = new Uint8Array(Math.max(256, 2 * wanted));
      larger.set(this.#kept.subarray(0, this.#keptBytes));
      this.#kept = larger;
    }
    this.#kept.set(bytes.subarray(start, end), this.#keptBytes);
    this.#keptBytes = wanted;
  }

  /** Reads as many whole tokens, or values, as there are. Returns how many bytes are left. */
  #run(reader: PayloadReader): number {
    while (reader.at < reader.end) {
      const mark = reader.at;
      this.#step(reader);
      if (this.lost) return 0;
      if (reader.overrun) return reader.end - mark;
      if (this.#skip > 0) reader.at = this.#stepOver(reader.at, reader.end);
    }
    return 0;
  }

  // ------------------------------------------------------------------ one token, or one value

  #step(reader: PayloadReader): void {
    if (this.#chunks) this.#chunk(reader);
    else if (this.#column >= 0) this.#value(reader);
    else this.#token(reader);
  }

  #token(reader: PayloadReader): void {
    const code = reader.byte();
    switch (code) {
      case Token.row:
        if (this.#columns.length === 0) {
          this.lose();
          return;
        }
        this.#row(null);
        break;
      case Token.rowWithNulls: {
        if (this.#columns.length === 0) {
          this.lose();
          return;
        }
        const { at } = reader;
        reader.skip((this.#columns.length + 7) >> 3);
        if (!reader.overrun) this.#row(reader.bytes.slice(at, reader.at));
        break;
      }
      case Token.columns:
        this.#describeColumns(reader);
        break;
      case Token.done:
      case Token.doneProcedure:
      case Token.doneInProcedure:
        this.#done(reader, code);
        break;
      case Token.error:
        this.#error(reader);
        break;
      case Token.environment:
        this.#environment(reader);
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
        this.#loginAck(reader);
        break;
      case Token.featureAck:
        this.#featureAck(reader);
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
        this.lose();
        return;
    }
    if (!reader.overrun) this.tokens++;
  }

  #stepOverToken(reader: PayloadReader, length: number): void {
    if (!reader.overrun) this.#skip = length;
  }

  // ------------------------------------------------------------------ rows

  #describeColumns(reader: PayloadReader): void {
    if (this.#encryptedColumns) {
      this.lose();
      return;
    }
    const count = reader.uint16();
    if (reader.overrun || count === NO_COLUMNS) return;
    if (count > MOST_COLUMNS) {
      this.lose();
      return;
    }
    const columns: ValueLayout[] = [];
    for (let index = 0; index < count; index++) {
      reader.skip(this.#modern ? 6 : 4); // the user's type, flags
      const code = reader.byte();
      if (reader.overrun) return;
      const layout = readTypeInfo(reader, code, true);
      if (layout === null) {
        this.lose();
        return;
      }
      if (namesTable(code)) {
        const parts = this.#modern ? reader.byte() : 1;
        for (let part = 0; part < parts; part++) reader.skipLongText();
      }
      reader.skipShortText();
      if (reader.overrun) return;
      columns.push(layout);
    }
    this.#columns = columns;
    this.#response.results = (this.#response.results ?? 0) + 1;
    this.#response.rows ??= 0;
  }

  get #modern(): boolean {
    return this.#shared.modern !== false;
  }

  #row(nulls: Uint8Array | null): void {
    this.#nulls = nulls;
    this.#column = 0;
    this.#response.rows = (this.#response.rows ?? 0) + 1;
    this.#skipNulls();
  }

  /** Goes on to the next column that has a value in this row. */
  #skipNulls(): void {
    const nulls = this.#nulls;
    while (nulls !== null && this.#column < this.#columns.length) {
      if ((nulls[this.#column >> 3]! & (1 << (this.#column & 7))) === 0) break;
      this.#column++;
    }
    if (this.#column >= this.#columns.length) this.#column = -1;
  }

  #value(reader: PayloadReader): void {
    const length = this.#lengthOf(reader, this.#columns[this.#column]!);
    if (reader.overrun) return;
    this.#skip = length;
    this.#column++;
    this.#skipNulls();
  }

  /** Bytes of a value, behind its own length. */
  #lengthOf(reader: PayloadReader, layout: ValueLayout): number {
    switch (layout.kind) {
      case 'fixed':
        return layout.size;
      case 'byte':
        return reader.byte();
      case 'short': {
        const length = reader.uint16();
        return length === NULL_SHORT ? 0 : length;
      }
      case 'long': {
        const length = reader.uint32();
        return length === NULL_LONG ? 0 : length;
      }
      case 'pointer': {
        const pointer = reader.byte();
        if (pointer === 0) return 0;
        reader.skip(pointer + 8);
        return reader.uint32();
      }
      default: {
        const low = reader.uint32();
        const high = reader.uint32();
        this.#chunks = !reader.overrun && !(low === NULL_LONG && high === NULL_LONG);
        return 0;
      }
    }
  }

  #chunk(reader: PayloadReader): void {
    const length = reader.uint32();
    if (reader.overrun) return;
    if (length === 0) this.#chunks = false;
    else this.#skip = length;
  }

  // ------------------------------------------------------------------ what an answer says

  #done(reader: PayloadReader, code: number): void {
    const flags = reader.uint16();
    const command = reader.uint16();
    const count = this.#modern ? reader.uint64() : reader.uint32();
    if (reader.overrun) return;
    const response = this.#response;
    this.attention = (flags & Done.attention) !== 0;
    if (this.attention) response.cancelled = true;
    if ((flags & Done.error) !== 0) response.result = 'ERROR';
    else response.result ??= 'OK';
    if ((flags & Done.count) === 0 || command === SELECT || (code === Token.doneProcedure && this.#counted)) return;
    this.#counted = code === Token.doneInProcedure;
    response.affectedRows = (response.affectedRows ?? 0) + count;
  }

  #error(reader: PayloadReader): void {
    const length = reader.uint16();
    if (reader.overrun || reader.left < length) {
      reader.overrun = true;
      return;
    }
    const end = reader.at + length;
    const number = reader.int32();
    reader.skip(1);
    const severity = reader.byte();
    const characters = reader.uint16();
    const kept = Math.min(characters, LONGEST_MESSAGE, Math.max(0, (end - reader.at) >> 1));
    const text = reader.text(kept);
    reader.at = end;
    const response = this.#response;
    response.result = 'ERROR';
    if (response.errorCode !== undefined) return;
    response.errorCode = number;
    response.severity = severity;
    response.message = this.#redact.enabled ? maskMessage(text, number, kept < characters) : text;
  }

  #environment(reader: PayloadReader): void {
    const length = reader.uint16();
    if (reader.overrun || reader.left < length) {
      reader.overrun = true;
      return;
    }
    const end = reader.at + length;
    if (reader.byte() === Environment.database) {
      const database = reader.shortText();
      if (!reader.overrun && reader.at <= end && database !== '') this.#shared.database = database;
    }
    reader.overrun = false;
    reader.at = end;
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
      this.lose();
      return;
    }
    const length = this.#lengthOf(reader, layout);
    if (this.#preparing && code === 0x26 && length === 4 && this.#response.handle === undefined) {
      const handle = reader.int32();
      if (!reader.overrun) this.#response.handle = handle;
    } else if (!reader.overrun) this.#skip = length;
    if (reader.overrun) this.#chunks = false;
  }

  #loginAck(reader: PayloadReader): void {
    const length = reader.uint16();
    if (reader.overrun || reader.left < length) {
      reader.overrun = true;
      return;
    }
    const end = reader.at + length;
    reader.skip(1);
    const version = reader.uint32(); // with its high byte first, unlike that of the login
    const name = reader.shortText();
    const major = reader.byte();
    const minor = reader.byte();
    if (!reader.overrun && reader.at <= end) {
      this.#shared.modern = (version & 0xff) >= 0x72;
      this.#response.serverName = name.replace(/\0+$/, '');
      this.#response.serverVersion = `${major}.${minor}`;
    }
    reader.overrun = false;
    reader.at = end;
  }

  #featureAck(reader: PayloadReader): void {
    for (;;) {
      const feature = reader.byte();
      if (reader.overrun || feature === 0xff) return;
      reader.skip(reader.uint32());
      if (!reader.overrun && feature === COLUMN_ENCRYPTION) this.#encryptedColumns = true;
    }
  }

  /** The last token, where the others were lost: an answer ends with a DONE that no other follows. */
  readLast(reader: PayloadReader): void {
    const size = this.#modern ? 13 : 9;
    if (reader.left < size) return;
    reader.at = reader.end - size;
    const code = reader.byte();
    if (code !== Token.done && code !== Token.doneProcedure) return;
    const flags = reader.uint16();
    if ((flags & ~(Done.error | Done.count | Done.attention | 0x0104)) !== 0) return;
    const response = this.#response;
    if ((flags & Done.attention) !== 0) response.cancelled = true;
    if ((flags & Done.error) !== 0) response.result = 'ERROR';
    else response.result ??= 'OK';
  }
}
