import type { PayloadReader } from './payload-reader.js';

/** Kinds of headers: notifications of a query, a transaction, the trace of an activity. */
const LAST_KIND = 3;
const LONGEST = 0x1000;

/**
 * Steps over the headers that stand before a statement since TDS 7.2 (MS-TDS 2.2.5.3): their length, and each with its
 * own.
 *
 * @returns false if there are none, and the statement begins at once; null if that can't be told yet
 */
export function skipHeaders(reader: PayloadReader): boolean | null {
  const { at } = reader;
  const total = reader.uint32();
  if (reader.overrun) {
    reader.at = at;
    return null;
  }
  const end = at + total;
  if (total < 4 || total > LONGEST) {
    reader.at = at;
    return false;
  }
  while (reader.at < end) {
    const start = reader.at;
    const length = reader.uint32();
    const kind = reader.uint16();
    if (reader.overrun) {
      reader.at = at;
      return null;
    }
    if (length < 6 || start + length > end || kind < 1 || kind > LAST_KIND) {
      reader.at = at;
      return false;
    }
    reader.at = start + length;
  }
  return true;
}
