import { Interner, type Redactor, redactMessage, utf8 } from '@sonde/core';
import type { RedisResponse, RedisType } from './messages.js';
import { NIL, type ReplyReader, STREAMED } from './reply-reader.js';

const lines = new Interner({ capacity: 1024, longest: 48, encoding: 'utf8' });
const codes = new Interner({ capacity: 128, longest: 32 });

/** Longest text that is kept of a simple string, a number or an error. */
const MAX_TEXT = 512;

const TYPES: Partial<Record<string, RedisType>> = {
  '+': 'simple',
  '-': 'error',
  '!': 'error',
  ':': 'integer',
  $: 'bulk',
  '=': 'verbatim',
  _: 'nil',
  '#': 'boolean',
  ',': 'double',
  '(': 'bignum',
  '*': 'array',
  '%': 'map',
  '~': 'set',
  '>': 'push',
};
const byByte = Array.from({ length: 256 }, (_, byte) => TYPES[String.fromCharCode(byte)] ?? null);

/**
 * Describes the reply whose first line `reader` has just read, or, where it could not, the one that begins at `start` and
 * is cut: its type is known all the same. Null if no reply begins there.
 *
 * @param scripted a script made the reply: its errors are a program's words
 */
export function describeReply(
  reader: ReplyReader,
  bytes: Uint8Array,
  start: number,
  end: number,
  redact: Redactor,
  scripted: boolean,
): RedisResponse | null {
  const cut = reader.type === 0;
  const first = cut ? bytes[start]! : reader.type;
  const type = byByte[first];
  if (type === undefined || type === null) return null;
  const message: RedisResponse = {
    kind: 'response',
    type,
    text: undefined,
    length: undefined,
    count: undefined,
    code: undefined,
    message: undefined,
  };
  switch (type) {
    case 'simple':
    case 'integer':
    case 'double':
    case 'bignum':
      message.text = cut ? lineText(bytes, start + 1, end) : lineText(bytes, reader.lineStart, reader.lineEnd);
      break;
    case 'boolean':
      message.text = bytes[cut ? start + 1 : reader.lineStart] === 0x74 ? 'true' : 'false';
      break;
    case 'error':
      setError(message, reader, bytes, cut ? start + 1 : reader.lineStart, end);
      if (redact.enabled) message.message = maskedError(message, scripted, cut);
      break;
    case 'nil':
      break;
    default:
      if (!cut) setSize(message, type, reader.size);
      break;
  }
  return message;
}

function setSize(message: RedisResponse, type: RedisType, size: number): void {
  if (size === NIL) message.type = 'nil';
  else if (size === STREAMED) return;
  else if (type === 'bulk' || type === 'verbatim') message.length = size;
  else message.count = size;
}

function setError(message: RedisResponse, reader: ReplyReader, bytes: Uint8Array, start: number, end: number): void {
  let from = start;
  let to = reader.type === 0 ? end : reader.lineEnd;
  if (reader.type === 0x21) {
    from = reader.lineEnd + 2;
    to = Math.min(end, from + Math.max(0, reader.size));
  }
  let wordEnd = from;
  while (wordEnd < to && isCodeByte(bytes[wordEnd]!)) wordEnd++;
  const isCode = wordEnd > from && (wordEnd === to || bytes[wordEnd] === 0x20);
  message.code = isCode ? codes.take(bytes, from, wordEnd) : 'ERR';
  message.message = lineText(bytes, from, to);
}

/** Errors quote the arguments of the command, whatever they hold. */
function maskedError({ code, message = '' }: RedisResponse, scripted: boolean, cut: boolean): string {
  if (scripted) return `${code} ?`;
  const quoted = message.indexOf(', with args beginning with:');
  if (quoted >= 0) return redactMessage(message.slice(0, quoted));
  return redactMessage(message, { cut: cut || message.length >= MAX_TEXT });
}

function lineText(bytes: Uint8Array, start: number, end: number): string {
  return end - start > MAX_TEXT ? utf8(bytes, start, start + MAX_TEXT) : lines.take(bytes, start, end);
}

/** Capitals, digits and the underscore: prefixes of errors are written so. */
function isCodeByte(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f;
}
