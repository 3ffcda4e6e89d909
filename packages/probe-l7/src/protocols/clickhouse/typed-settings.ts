import type { Cursor } from './cursor.js';

const MOST_SETTINGS = 500;
const LONGEST_NAME = 100;

/**
 * Steps over settings as they were written before revision 54429: a name, then a number or a string, whichever the
 * setting has, and nothing says which. A number is tried first: what follows has to be the name of the next setting, or
 * the end.
 *
 * @returns false if they can't be read, or aren't all there (then the cursor is overrun)
 */
export function skipBinarySettings(cursor: Cursor): boolean {
  for (let index = 0; index < MOST_SETTINGS; index++) {
    const { at } = cursor;
    const length = cursor.varint();
    if (cursor.overrun) return false;
    if (length === 0) return true;
    if (length > LONGEST_NAME || !isSettingName(cursor, cursor.at, length)) return false;
    cursor.skip(length);
    if (cursor.overrun) return false;
    const value = cursor.at;
    cursor.varint();
    if (cursor.overrun) return false;
    const asNumber = nameFollows(cursor);
    if (asNumber === true) continue;
    cursor.at = value;
    cursor.skipString();
    const asString = cursor.overrun ? null : nameFollows(cursor);
    if (asString === true) continue;
    if (asNumber === null || asString === null) {
      cursor.overrun = true;
      return false;
    }
    cursor.at = at;
    return false;
  }
  return false;
}

/** Whether the name of a setting, or the end of all and a stage, stands at the cursor; null if it isn't all there. */
function nameFollows(cursor: Cursor): boolean | null {
  const { bytes, at, end } = cursor;
  if (at >= end) return null;
  const length = bytes[at]!;
  if (length === 0) {
    if (at + 2 >= end) return null;
    return bytes[at + 1]! <= 2 && bytes[at + 2]! <= 1;
  }
  if (length > LONGEST_NAME) return false;
  if (!isSettingName(cursor, at + 1, Math.min(length, end - at - 1))) return false;
  return at + 1 + length < end ? true : null;
}

/** Lower-case words with underscores, as far as they are there. */
function isSettingName({ bytes, end }: Cursor, at: number, length: number): boolean {
  const last = Math.min(end, at + length);
  for (let index = at; index < last; index++) {
    const byte = bytes[index]!;
    const letter = (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a);
    if (!letter && byte !== 0x5f && !(index > at && byte >= 0x30 && byte <= 0x39) && byte !== 0x2e) return false;
  }
  return true;
}
