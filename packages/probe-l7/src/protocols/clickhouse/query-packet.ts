import { looksLikeSql } from '../../sql/looks-like-sql.js';
import { Cursor } from './cursor.js';
import { skipSettings } from './hello.js';
import { NEWEST, OLDEST, QUERY_LAYOUTS, Since } from './revisions.js';
import { skipBinarySettings } from './typed-settings.js';

/** Kinds of a query, and of the interface that it came by first. */
const SECONDARY = 2;
const INTERFACE_TCP = 1;
const INTERFACE_HTTP = 2;
/** Stages that a query may be run to. */
const LAST_STAGE = 6;
/** Longest statement that there is. */
const LONGEST_STATEMENT = 0x4000_0000;

/** A query up to its text. */
export interface QueryHead {
  queryId: string;
  secondary: boolean;
  compressed: boolean;
  traceparent: string | null;
  /** Revision that the query itself names: the client's, null where it has none. */
  clientRevision: number | null;
  /** Length of the statement, in bytes; it begins at the cursor. */
  length: number;
}

interface ClientInfo {
  secondary: boolean;
  revision: number | null;
  traceparent: string | null;
}

/**
 * Reads a query from behind its type up to its statement.
 *
 * @returns null if it isn't laid out like this, or isn't all there (then the cursor is overrun)
 */
export function readQueryHead(cursor: Cursor, revision: number): QueryHead | null {
  const queryId = cursor.word();
  if (queryId.length > 1024) return null;
  const client = readClientInfo(cursor, revision);
  if (client === null) return null;
  if (!(revision >= Since.settingsAsStrings ? skipSettings(cursor) : skipBinarySettings(cursor))) return null;
  if (revision >= Since.externalRoles) cursor.skipString();
  if (revision >= Since.interserverSecret) cursor.skipString();
  const stage = cursor.varint();
  const compression = cursor.varint();
  const length = cursor.varint();
  if (cursor.overrun || stage > LAST_STAGE || compression > 1 || length > LONGEST_STATEMENT) return null;
  const { secondary, traceparent, revision: clientRevision } = client;
  return { queryId, secondary, compressed: compression === 1, traceparent, clientRevision, length };
}

function readClientInfo(cursor: Cursor, revision: number): ClientInfo | null {
  const kind = cursor.byte();
  if (kind > SECONDARY) return null;
  const info: ClientInfo = { secondary: kind === SECONDARY, revision: null, traceparent: null };
  if (kind === 0) return info;
  cursor.skipString(); // user that asked first
  cursor.skipString(); // query id
  cursor.skipString(); // address
  if (revision >= Since.queryStartTime) cursor.skip(8);
  const interface_ = cursor.byte();
  if (interface_ === INTERFACE_TCP) {
    cursor.skipString(); // user of the operating system
    cursor.skipString(); // host
    cursor.skipString(); // client
    cursor.varint();
    cursor.varint();
    info.revision = cursor.varint();
    if (!cursor.overrun && (info.revision < OLDEST || info.revision >= NEWEST)) return null;
  } else if (interface_ === INTERFACE_HTTP) {
    if (cursor.byte() > 8) return null;
    cursor.skipString(); // user agent
    if (revision >= Since.forwardedFor) cursor.skipString();
    if (revision >= Since.referer) cursor.skipString();
  } else if (interface_ > 8 || (interface_ === 0 && !cursor.overrun)) return null;
  if (revision >= Since.quotaKeyInClientInfo) cursor.skipString();
  if (revision >= Since.distributedDepth) cursor.varint();
  if (revision >= Since.versionPatch && interface_ === INTERFACE_TCP) cursor.varint();
  if (revision >= Since.openTelemetry && !readTrace(cursor, info)) return null;
  if (revision >= Since.parallelReplicas) for (let count = 0; count < 3; count++) cursor.varint();
  if (revision >= Since.lineNumbers) {
    cursor.varint();
    cursor.varint();
  }
  if (revision >= Since.token && flag(cursor)) cursor.skipString();
  if (revision >= Since.clientAgent) cursor.skipString();
  if (revision >= Since.internalFlag) flag(cursor);
  if (revision >= Since.currentRoles && flag(cursor)) return null; // a list that only servers send each other
  return cursor.overrun ? null : info;
}

function flag(cursor: Cursor): boolean {
  return cursor.byte() !== 0;
}

/** The W3C trace context: both halves of the trace id, and the span id, with their bytes in reverse order. */
function readTrace(cursor: Cursor, info: ClientInfo): boolean {
  const has = cursor.byte();
  if (has > 1) return false;
  if (has === 0) return true;
  const { at, bytes } = cursor;
  cursor.skip(24);
  cursor.skipString();
  const flags = cursor.byte();
  if (cursor.overrun) return false;
  const trace = reversed(bytes, at) + reversed(bytes, at + 8);
  info.traceparent = `00-${trace}-${reversed(bytes, at + 16)}-${flags.toString(16).padStart(2, '0')}`;
  return true;
}

function reversed(bytes: Uint8Array, at: number): string {
  let digits = '';
  for (let index = 7; index >= 0; index--) digits += bytes[at + index]!.toString(16).padStart(2, '0');
  return digits;
}

/** A query whose revision had to be found out. */
export interface DatedQuery {
  head: QueryHead;
  /** The newest revision that lays out the query like this. */
  revision: number;
  /** The oldest one. */
  oldest: number;
}

const trial = new Cursor();

/**
 * Finds out which revision a query is laid out by, from behind its type: its fields have to make sense up to a statement
 * that begins with a letter, and to what follows it.
 *
 * @returns null if no layout fits
 */
export function dateQuery(cursor: Cursor): DatedQuery | null {
  let newest: number = NEWEST;
  for (const layout of QUERY_LAYOUTS) {
    trial.bytes = cursor.bytes;
    trial.view = cursor.view;
    trial.at = cursor.at;
    trial.end = cursor.end;
    trial.overrun = false;
    const head = readQueryHead(trial, layout);
    const said = head?.clientRevision ?? null;
    if (head !== null && (said === null || said >= layout) && isFollowed(trial, head, layout)) {
      return { head, revision: Math.min(newest - 1, said ?? newest - 1), oldest: layout };
    }
    newest = layout;
  }
  return null;
}

/** Whether a statement begins at the cursor, and the next packet, if it is there, behind it. */
function isFollowed({ bytes, at, end }: Cursor, { length }: QueryHead, revision: number): boolean {
  if (length < 2 || at + 2 > end || looksLikeSql(bytes, at, Math.min(end, at + length), at + length <= end) === 'no') {
    return false;
  }
  const after = at + length;
  if (after >= end) return true;
  // Data (or a scalar) follows, or, in newer revisions, the parameters of the query.
  if (revision < Since.parameters) return bytes[after] === 2 || bytes[after] === 7;
  return bytes[after] !== 2 || after + 1 >= end || bytes[after + 1] !== 0;
}
