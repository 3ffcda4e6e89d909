import type { Message } from '@sonde/core';

/** What a frame's opcode means (RFC 6455 §5.2); `continuation` never stands in a message. */
export type WebsocketOperation = 'text' | 'binary' | 'close' | 'ping' | 'pong' | 'reserved';

/** A message of either side: WebSocket answers nothing, so that each is an exchange of its own. Its content is not kept. */
export interface WebsocketMessage extends Message {
  kind: 'oneway';
  operation: WebsocketOperation;
  /** Which side sent it. */
  from: 'client' | 'server';
  /** Octets of the payload, of all frames of the message. */
  bodySize: number;
  /** Frames of the message. */
  frames: number;
  /** True if an extension changed the payload: it is compressed. */
  compressed: boolean;
  /** Status of a close frame (RFC 6455 §7.4), null where it has none. */
  closeCode?: number | null;
}

/** A frame that is no message: a ping, a pong. */
export interface WebsocketControl extends Message {
  kind: 'control';
}

/** The one control message. */
export const CONTROL: WebsocketControl = Object.freeze({ kind: 'control' });
