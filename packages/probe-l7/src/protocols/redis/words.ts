import { Interner, utf8 } from '@sonde/core';

const commands = new Interner({ capacity: 1024, longest: 32, upperCase: true });
const texts = new Interner({ capacity: 4096, longest: 64, encoding: 'utf8' });

/** A word of the protocol, in capitals. */
export function word(bytes: Uint8Array, start: number, end: number): string {
  return commands.take(bytes, start, end);
}

/** A key, a field, a number: text of at most `longest` bytes. */
export function text(bytes: Uint8Array, start: number, end: number, longest = 4096): string {
  return end - start > longest ? utf8(bytes, start, start + longest) : texts.take(bytes, start, end);
}

const WORD = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-|:')
  WORD[character.charCodeAt(0)] = 1;

/** True if the bytes look like the name of a command, known or not: `GET`, `JSON.SET`. */
export function isWord(bytes: Uint8Array, start: number, end: number): boolean {
  if (start >= end || end - start > 64) return false;
  const first = bytes[start]! | 0x20;
  if (first < 0x61 || first > 0x7a) return false;
  for (let at = start + 1; at < end; at++) if (WORD[bytes[at]!] === 0) return false;
  return true;
}

/** True if the bytes look like the second word of a command, known or not: `SET`, `NO-EVICT`. */
export function isSubcommand(bytes: Uint8Array, start: number, end: number): boolean {
  if (start >= end || end - start > 24) return false;
  for (let at = start; at < end; at++) {
    const letter = bytes[at]! | 0x20;
    if ((letter < 0x61 || letter > 0x7a) && bytes[at] !== 0x2d) return false;
  }
  return true;
}
