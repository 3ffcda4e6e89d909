import { findCrLf, parseDecimal } from '@sonde/core';
import { text, word } from './words.js';

/** What a push, or an array that is one in RESP2, begins with; valid until the next look. */
export interface Push {
  /** First word in capitals: `MESSAGE`, `SUBSCRIBE`, `INVALIDATE`. */
  word: string;
  /** Channel, where the kind has one. */
  channel: string | null;
  /** Subscriptions that are left, as a confirmation says, or -1. */
  subscriptions: number;
}

const MESSAGES = new Set(['MESSAGE', 'SMESSAGE', 'PMESSAGE']);
const CONFIRMATIONS = new Set(['SUBSCRIBE', 'PSUBSCRIBE', 'SSUBSCRIBE', 'UNSUBSCRIBE', 'PUNSUBSCRIBE', 'SUNSUBSCRIBE']);

/** True for a message of a channel. */
export function isMessage(name: string): boolean {
  return MESSAGES.has(name);
}

/** True for the confirmation of a subscription or of its end. */
export function isConfirmation(name: string): boolean {
  return CONFIRMATIONS.has(name);
}

/** Longest first word; longest channel that is waited for. */
const MAX_WORD = 32;
const MAX_CHANNEL = 1024;

/** Range of a bulk string, and where the next element begins. */
const element = { start: 0, end: 0, next: 0 };
const push: Push = { word: '', channel: null, subscriptions: -1 };

/**
 * Looks at the first elements of an aggregate whose count stands at `start`.
 *
 * @returns what it is, `'more'`, or null for an aggregate that begins with anything but a word
 */
export function readPush(bytes: Uint8Array, start: number, end: number): Push | 'more' | null {
  const line = findCrLf(bytes, start + 1, Math.min(end, start + MAX_WORD));
  if (line < 0) return end - start < MAX_WORD ? 'more' : null;
  const count = parseDecimal(bytes, start + 1, line);
  if (count < 1) return null;
  const first = bulk(bytes, line + 2, end, MAX_WORD);
  if (first !== 'whole') return first;
  push.word = word(bytes, element.start, element.end);
  push.channel = null;
  push.subscriptions = -1;
  const isPattern = push.word === 'PMESSAGE';
  if (isMessage(push.word)) {
    // A pattern stands before the channel of the message that it matched.
    if (count !== (isPattern ? 4 : 3)) return null;
    const second = bulk(bytes, element.next, end, MAX_CHANNEL);
    if (second !== 'whole') return second;
    if (isPattern) {
      const third = bulk(bytes, element.next, end, MAX_CHANNEL);
      if (third !== 'whole') return third;
    }
    push.channel = text(bytes, element.start, element.end);
  } else if (isConfirmation(push.word)) return count === 3 ? readConfirmation(bytes, end) : null;
  return push;
}

function readConfirmation(bytes: Uint8Array, end: number): Push | 'more' | null {
  const second = bulk(bytes, element.next, end, MAX_CHANNEL);
  if (second === 'more') return 'more';
  if (second === 'whole') push.channel = text(bytes, element.start, element.end);
  else element.next += 5; // `$-1` or `_`: nothing was subscribed
  const at = second === 'whole' || bytes[element.next - 5] === 0x24 ? element.next : element.next - 2;
  const line = findCrLf(bytes, at + 1, Math.min(end, at + MAX_WORD));
  if (line < 0) return end - at < MAX_WORD ? 'more' : null;
  if (bytes[at] !== 0x3a) return null;
  push.subscriptions = parseDecimal(bytes, at + 1, line);
  return push;
}

/** Finds a bulk string at `at` into `element`. */
function bulk(bytes: Uint8Array, at: number, end: number, longest: number): 'whole' | 'more' | null {
  element.next = at;
  if (at >= end) return 'more';
  if (bytes[at] !== 0x24) return null;
  const line = findCrLf(bytes, at + 1, Math.min(end, at + 16));
  if (line < 0) return end - at < 16 ? 'more' : null;
  const length = parseDecimal(bytes, at + 1, line);
  if (length < 0 || length > longest) return null;
  element.start = line + 2;
  element.end = element.start + length;
  element.next = element.end + 2;
  return element.next <= end ? 'whole' : 'more';
}
