import type { Message } from '@sonde/core';
import type { Arguments } from './arguments.js';
import type { AmqpRequest, AmqpResponse, MethodFields } from './messages.js';

/** A message whose header, or body, is still to come. */
export interface Open {
  readonly message: AmqpRequest | AmqpResponse;
  /** Bytes of the body that are missing; -1 before the content header. */
  left: number;
  /** Bytes of body in a full frame, as the message's first one told; 0 before. */
  share: number;
}

/** Where properties begin in a content header: class, weight, and size of the body stand before their flags. */
const FLAGS = 12;
/** Flags of the properties, in their order from the highest bit on (section 1.8.2 of the reference). */
const CONTENT_TYPE = 1 << 15;
const CONTENT_ENCODING = 1 << 14;
const HEADERS = 1 << 13;
const DELIVERY_MODE = 1 << 12;
const PRIORITY = 1 << 11;
const CORRELATION_ID = 1 << 10;
const REPLY_TO = 1 << 9;
const EXPIRATION = 1 << 8;
const MESSAGE_ID = 1 << 7;

/** Size of the body that a content header announces, in bytes. */
export function bodySize(view: DataView, body: number): number {
  return view.getUint32(body + 4) * 0x1_0000_0000 + view.getUint32(body + 8);
}

/** Takes the properties of a message from its content header, whose payload is `bytes[body]` up to `bytes[limit]`. */
export function readProperties(
  from: Arguments,
  bytes: Uint8Array,
  view: DataView,
  body: number,
  limit: number,
  fields: MethodFields & Message,
): void {
  from.over(bytes, view, body + FLAGS, limit);
  const flags = from.number(2);
  setText(from, (flags & CONTENT_TYPE) !== 0, fields, 'contentType');
  if ((flags & CONTENT_ENCODING) !== 0) from.shortString();
  if ((flags & HEADERS) !== 0) {
    const found = traceparent(bytes, view, body + FLAGS + 2, limit);
    if (found !== null) fields.traceparent = found;
    from.skipLong();
  }
  if ((flags & DELIVERY_MODE) !== 0) {
    const mode = from.number(1);
    if (!from.short) fields.persistent = mode === 2;
  }
  if ((flags & PRIORITY) !== 0) from.number(1);
  setText(from, (flags & CORRELATION_ID) !== 0, fields, 'correlationId');
  setText(from, (flags & REPLY_TO) !== 0, fields, 'replyTo');
  if ((flags & EXPIRATION) !== 0) from.shortString();
  setText(from, (flags & MESSAGE_ID) !== 0, fields, 'messageId');
}

/** A property that is there, unless it was cut. */
function setText(
  from: Arguments,
  present: boolean,
  fields: MethodFields,
  name: 'contentType' | 'correlationId' | 'replyTo' | 'messageId',
): void {
  if (!present) return;
  const text = from.shortString();
  if (!from.short) fields[name] = text;
}

const NAME = 'traceparent';
const VALUE_BYTES = 55;
/** Name with its length, type of the value, and its length. */
const ENTRY_BYTES = 1 + NAME.length + 1 + 4;

/** The header of this name among those of a message: a short string, `S`, and a long string. */
function traceparent(bytes: Uint8Array, view: DataView, start: number, end: number): string | null {
  for (let at = start; at + ENTRY_BYTES + VALUE_BYTES <= end; at++) {
    if (bytes[at] !== NAME.length || !isName(bytes, at + 1)) continue;
    const value = at + ENTRY_BYTES;
    if (bytes[at + 1 + NAME.length] !== 0x53 || view.getUint32(value - 4) !== VALUE_BYTES) continue;
    return String.fromCharCode(...bytes.subarray(value, value + VALUE_BYTES));
  }
  return null;
}

function isName(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < NAME.length; i++) if ((bytes[at + i]! | 0x20) !== NAME.charCodeAt(i)) return false;
  return true;
}
