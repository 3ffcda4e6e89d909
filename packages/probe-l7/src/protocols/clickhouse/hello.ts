import type { Cursor } from './cursor.js';
import { NEWEST, Since } from './revisions.js';

/** Servers refuse longer texts in a Hello. */
export const LONGEST_HELLO = 4096;
const MOST_RULES = 256;
const MOST_SETTINGS = 1000;

/** What a client says of itself. */
export interface ClientHello {
  name: string;
  revision: number;
  database: string;
  user: string;
}

/**
 * Reads the client's Hello from behind its type. Of the password nothing is kept.
 *
 * @returns null if it is none, or isn't all there (then the cursor is overrun)
 */
export function readClientHello(cursor: Cursor): ClientHello | null {
  const name = cursor.word();
  const major = cursor.varint();
  const minor = cursor.varint();
  const revision = cursor.varint();
  const database = cursor.text();
  const user = cursor.text();
  cursor.skipString();
  if (cursor.overrun || !isVersion(major, minor, revision) || !isName(name)) return null;
  return { name, revision, database, user };
}

/** What a server says of itself. */
export interface ServerHello {
  name: string;
  version: string;
  revision: number;
}

/**
 * Reads the server's Hello from behind its type.
 *
 * @param clientRevision - what the client said: servers leave out what it doesn't know
 * @returns null if it is none, or isn't all there (then the cursor is overrun)
 */
export function readServerHello(cursor: Cursor, clientRevision: number): ServerHello | null {
  const name = cursor.word();
  const major = cursor.varint();
  const minor = cursor.varint();
  const revision = cursor.varint();
  const used = Math.min(revision, clientRevision);
  if (!cursor.overrun && !isVersion(major, minor, revision)) return null;
  if (used >= Since.replicaProtocol) cursor.varint();
  if (used >= Since.serverTimezone) cursor.skipString();
  if (used >= Since.displayName) cursor.skipString();
  if (used >= Since.versionPatch) cursor.varint();
  if (used >= Since.chunkedPackets) {
    cursor.skipString();
    cursor.skipString();
  }
  if (used >= Since.passwordRules) {
    const rules = cursor.varint();
    if (rules > MOST_RULES) return null;
    for (let index = 0; index < 2 * rules && !cursor.overrun; index++) cursor.skipString();
  }
  if (used >= Since.nonce) cursor.skip(8);
  if (used >= Since.serverSettings) skipSettings(cursor);
  if (used >= Since.queryPlans) cursor.varint();
  if (used >= Since.clusterFunctions) cursor.varint();
  if (cursor.overrun || !isName(name)) return null;
  return { name, version: `${major}.${minor}`, revision };
}

/** What newer clients add to their Hello when they know the server's revision. */
export interface Addendum {
  /** One side or the other cuts its packets into chunks. */
  chunked: boolean;
}

/**
 * Reads the addendum that follows both Hellos.
 *
 * @param revision - what both sides understand
 * @returns null if it isn't all there
 */
export function readAddendum(cursor: Cursor, revision: number): Addendum | null {
  cursor.skipString(); // key of the quota
  let chunked = false;
  if (revision >= Since.chunkedPackets) {
    const sends = cursor.word();
    const receives = cursor.word();
    chunked = sends === 'chunked' || receives === 'chunked';
  }
  if (revision >= Since.replicaProtocol) cursor.varint();
  return cursor.overrun ? null : { chunked };
}

/** Settings: a name, flags, a value; an empty name ends them. */
export function skipSettings(cursor: Cursor): boolean {
  for (let index = 0; index < MOST_SETTINGS; index++) {
    if (cursor.skipString() === 0 || cursor.overrun) return !cursor.overrun;
    cursor.varint();
    cursor.skipString();
  }
  return false;
}

function isVersion(major: number, minor: number, revision: number): boolean {
  return major <= 100 && minor <= 1000 && revision >= 50_000 && revision < NEWEST;
}

/** Names are text of one line. */
export function isName(text: string): boolean {
  if (text.length === 0 || text.length > LONGEST_HELLO) return false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return false;
  }
  return true;
}
