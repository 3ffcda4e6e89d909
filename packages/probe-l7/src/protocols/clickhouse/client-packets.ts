import type { Cursor } from './cursor.js';
import { Client } from './packets.js';

/**
 * Steps over the parameters of a query, as many as are there: a name, flags, a value; an empty name ends them.
 *
 * @returns true if their end was read; else the cursor stands where the first one begins that isn't all there
 */
export function skipParameters(cursor: Cursor): boolean {
  for (;;) {
    const mark = cursor.at;
    if (cursor.skipString() === 0 && !cursor.overrun) return true;
    cursor.varint();
    cursor.skipString();
    if (!cursor.overrun) continue;
    cursor.at = mark;
    return false;
  }
}

/**
 * Reads which tables' state is asked for, from behind the packet's type.
 *
 * @returns the first of them; null if there is none
 */
export function readFirstTable(cursor: Cursor): string | null {
  const count = cursor.varint();
  let first: string | null = null;
  for (let index = 0; index < count && !cursor.overrun; index++) {
    if (index > 0) {
      cursor.skipString();
      cursor.skipString();
      continue;
    }
    const database = cursor.text();
    const table = cursor.text();
    first = `${database}.${table}`;
  }
  return first;
}

/**
 * Steps over a packet of servers among themselves, or of a login by key: they are not asked for an answer of their own.
 *
 * @returns false if the type is that of no such packet
 */
export function skipAside(cursor: Cursor, type: number): boolean {
  switch (type) {
    case Client.keepAlive:
    case Client.sshChallengeRequest:
      return true;
    case Client.sshChallengeResponse:
      cursor.skipString();
      return true;
    case Client.ignoredPartUuids:
      cursor.skip(16 * cursor.varint());
      return true;
    case Client.readTaskResponse:
      cursor.varint();
      cursor.skipString();
      return true;
    default:
      return false;
  }
}
