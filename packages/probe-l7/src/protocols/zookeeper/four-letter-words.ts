import { equalsAscii, type Input } from '@sonde/core';

/** Commands of an administrator, each the whole of a connection (ZooKeeper Administrator's Guide, "The Four Letter Words"). */
const WORDS = [
  ...['conf', 'cons', 'crst', 'dirs', 'dump', 'envi', 'gtmk', 'hash', 'isro', 'lead', 'lsnp', 'mntr', 'obsr', 'orst'],
  ...['reqs', 'ruok', 'srst', 'srvr', 'stat', 'stmk', 'sysp', 'wchc', 'wchp', 'wchs'],
];

/** What a server says of a word that it doesn't carry out. */
export const REFUSAL = ' is not executed because it is not in the whitelist.';

/** Bytes of a word. */
export const WORD_BYTES = 4;

/** The word that a window begins with, or null. */
export function fourLetterWord({ bytes, start, end }: Input): string | null {
  if (end - start < WORD_BYTES) return null;
  return WORDS.find((word) => equalsAscii(bytes, start, start + WORD_BYTES, word)) ?? null;
}

/** Whether the first bytes of a window could be those of a word: no request is so long that it begins with a letter. */
export function mayBeWord({ bytes, start }: Input): boolean {
  return bytes[start]! >= 0x61 && bytes[start]! <= 0x7a;
}
