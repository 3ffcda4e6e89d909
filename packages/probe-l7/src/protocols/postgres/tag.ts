/** First letters of the tags that count changed rows: COPY, DELETE, INSERT, MERGE, UPDATE. */
const CHANGES = new Set([...'CDIMU'].map((letter) => letter.charCodeAt(0)));

/**
 * Rows that a statement changed, by its command tag (`INSERT 0 2`, `UPDATE 3`, `COPY 100`).
 *
 * @param bytes memory that holds the tag from `start` up to, not including, `end`
 * @returns undefined for tags without such a number (`SELECT 1`, `CREATE TABLE`)
 */
export function affectedRows(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (!CHANGES.has(bytes[start]!)) return undefined;
  let count = 0;
  let scale = 1;
  let at = end - 1;
  for (; at > start; at--) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) break;
    count += digit * scale;
    scale *= 10;
  }
  return scale > 1 && bytes[at] === 0x20 ? count : undefined;
}

/** Whether a statement with this tag returns rows, be it none. */
export function returnsRows(tag: string): boolean {
  return tag.startsWith('SELECT ') || tag.startsWith('FETCH ') || tag === 'SHOW' || tag === 'EXPLAIN';
}
