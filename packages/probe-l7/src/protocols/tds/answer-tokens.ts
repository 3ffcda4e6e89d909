import type { Redactor } from '@sonde/core';
import type { TdsConnection } from './connection.js';
import { maskMessage } from './error-text.js';
import type { TdsResponse } from './messages.js';
import type { PayloadReader } from './payload-reader.js';
import { Done, Environment, Token } from './tokens.js';

/** Characters of an error's text that are kept. */
const LONGEST_MESSAGE = 512;
/** The feature by which columns' values come encrypted, and what ends the list of features. */
const COLUMN_ENCRYPTION = 0x04;
const END_OF_FEATURES = 0xff;
/** First byte of the versions that a server names: 7.2, and 8.0, which comes after 7.4. */
const FIRST_MODERN = 0x72;
const VERSION_8 = 0x08;
/** Flags that a DONE at the end of an answer may have. */
const LAST_FLAGS = Done.error | Done.transaction | Done.count | Done.attention | Done.serverError;

/** What a DONE, DONEPROC or DONEINPROC says. */
export interface DoneToken {
  flags: number;
  /** The kind of statement that is done: 0xc1 for SELECT. */
  command: number;
  count: number;
}

/** Reads a DONE from behind its code. What it says counts only where the reader isn't overrun. */
export function readDone(reader: PayloadReader, modern: boolean, into: DoneToken): void {
  into.flags = reader.uint16();
  into.command = reader.uint16();
  into.count = modern ? reader.uint64() : reader.uint32();
}

/** Keeps how a statement ended. */
export function conclude(flags: number, response: TdsResponse): void {
  if ((flags & Done.attention) !== 0) response.cancelled = true;
  if ((flags & (Done.error | Done.serverError)) !== 0) response.result = 'ERROR';
  else response.result ??= 'OK';
}

/** Reads an ERROR from behind its code: the first of an answer is kept. */
export function readError(reader: PayloadReader, response: TdsResponse, redact: Redactor): void {
  const end = endOf(reader);
  if (end < 0) return;
  const number = reader.int32();
  reader.skip(1); // state
  const severity = reader.byte();
  const characters = reader.uint16();
  const kept = Math.min(characters, LONGEST_MESSAGE, Math.max(0, (end - reader.at) >> 1));
  const text = reader.text(kept);
  leave(reader, end);
  response.result = 'ERROR';
  if (response.errorCode !== undefined) return;
  response.errorCode = number;
  response.severity = severity;
  response.message = redact.enabled ? maskMessage(text, number, kept < characters) : text;
}

/** Reads an ENVCHANGE from behind its code: the database in use. */
export function readEnvironment(reader: PayloadReader, shared: TdsConnection): void {
  const end = endOf(reader);
  if (end < 0) return;
  if (reader.byte() === Environment.database) {
    const database = reader.shortText();
    if (!reader.overrun && reader.at <= end && database !== '') shared.database = database;
  }
  leave(reader, end);
}

/** Reads a LOGINACK from behind its code: version of the protocol, name and version of the server. */
export function readLoginAck(reader: PayloadReader, response: TdsResponse, shared: TdsConnection): void {
  const end = endOf(reader);
  if (end < 0) return;
  reader.skip(1); // interface
  const version = reader.byte(); // the high byte comes first, unlike that of the login
  reader.skip(3);
  const name = reader.shortText();
  const major = reader.byte();
  const minor = reader.byte();
  if (!reader.overrun && reader.at <= end) {
    shared.modern = version >= FIRST_MODERN || version === VERSION_8;
    response.serverName = name.replace(/\0+$/, '');
    response.serverVersion = `${major}.${minor}`;
  }
  leave(reader, end);
}

/** Steps over a FEATUREEXTACK. Returns whether columns may come encrypted from now on. */
export function readFeatures(reader: PayloadReader): boolean {
  let encrypted = false;
  for (;;) {
    const feature = reader.byte();
    if (reader.overrun || feature === END_OF_FEATURES) return encrypted && !reader.overrun;
    reader.skip(reader.uint32());
    if (feature === COLUMN_ENCRYPTION) encrypted = true;
  }
}

/**
 * Reads the last token, where the others were lost: an answer ends with a DONE that no other follows.
 *
 * @param reader - of the last packet's payload, or of its end
 */
export function readLastDone(reader: PayloadReader, modern: boolean, response: TdsResponse): void {
  const size = modern ? 13 : 9;
  if (reader.left < size) return;
  reader.at = reader.end - size;
  const code = reader.byte();
  if (code !== Token.done && code !== Token.doneProcedure) return;
  const flags = reader.uint16();
  if ((flags & ~LAST_FLAGS) === 0) conclude(flags, response);
}

/** End of a token whose length stands here; -1, and the reader overrun, if it isn't all there. */
function endOf(reader: PayloadReader): number {
  const length = reader.uint16();
  if (!reader.overrun && length <= reader.left) return reader.at + length;
  reader.overrun = true;
  return -1;
}

/** Goes on behind a token, whatever was made of it. */
function leave(reader: PayloadReader, end: number): void {
  reader.overrun = false;
  reader.at = end;
}
