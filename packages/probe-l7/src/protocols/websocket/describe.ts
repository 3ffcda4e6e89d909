import { type Attributes, type Description, SEMCONV } from '@sonde/core';
import type { WebsocketControl, WebsocketMessage } from './messages.js';

/** Codes of an end that nobody did wrong: normal, going away, without status (RFC 6455, 7.4.1). */
const NORMAL = new Set<number | null | undefined>([1000, 1001, 1005, null, undefined]);

/** Name, close code and error of a message. */
export function describe(request: WebsocketMessage | WebsocketControl): Description {
  const { operation, closeCode } = request as WebsocketMessage;
  const status = closeCode ?? null;
  return { name: `websocket ${operation}`, status, error: NORMAL.has(closeCode) ? null : String(closeCode) };
}

/** OpenTelemetry attributes: the protocol, and how large the message was, in bytes. */
export function attributes(request: WebsocketMessage | WebsocketControl): Attributes {
  const { bodySize } = request as WebsocketMessage;
  return { [SEMCONV.NETWORK_PROTOCOL_NAME]: 'websocket', 'sonde.message.body.size': bodySize };
}
