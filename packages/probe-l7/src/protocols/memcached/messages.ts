import type { Message } from '@sonde/core';

/** A command, of the text or the binary protocol. */
export interface MemcachedRequest extends Message {
  /** `oneway` for commands that the client wants no answer to: `noreply`, the `q` flag, quiet operations. */
  kind: 'request' | 'oneway';
  /** Command in capitals, whatever the encoding: `GET`, `CAS`, `MG`. */
  operation: string;
  /** First key, or null where there is none. Keys of meta commands stay as they were sent. */
  resource: string | null;
  /** Keys that were asked for. */
  keyCount: number;
  /** Bytes of the value that was sent; left out for commands without one. */
  valueBytes?: number;
  encoding: 'text' | 'binary';
  /** What the client of the binary protocol marked the command with. */
  opaque?: number;
}

/** An answer. `control` for what the server says to commands that wanted no answer. */
export interface MemcachedResponse extends Message {
  kind: 'response' | 'control' | 'interim';
  /** As the protocol writes it: `STORED`, `END`, `HD`; `VALUE` where values came, `NUMBER` for a counter. */
  status: string;
  /** Values that came. */
  hits?: number;
  /** Bytes of all values together. */
  valueBytes?: number;
  /** Text of an error, or of a version. */
  message?: string;
  /** Whether the status is an error. */
  failed: boolean;
  opaque?: number;
}

/** Any message of a connection. */
export type MemcachedMessage = MemcachedRequest | MemcachedResponse;
