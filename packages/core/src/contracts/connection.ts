import type { Endpoint } from './exchange.js';

/** What a source knows of a connection (a socket, or a UDP flow) when it first sees it. */
export interface ConnectionInfo {
  transport: 'tcp' | 'udp' | 'unix';
  /** Role of the local end, or null while nobody knows (joined in mid-connection). */
  role: 'client' | 'server' | null;
  /** What is reported as `side`: `role` for sources that sit at one end, null for captures. */
  observed: boolean;
  local: Endpoint | null;
  remote: Endpoint | null;
  /** Process that owns the local end, or 0. */
  pid: number;
  /** True if the source saw the connection from its first byte. */
  fromStart: boolean;
  /** Protocol that the source recognised (a hint that is checked), or null. */
  protocol: string | null;
  /** Network namespace (inode number), or 0. */
  netns?: number;
  /** Cgroup id (v2 inode number), or 0. */
  cgroup?: number;
  /** Position of the next byte of each direction, where the source knows it: a first chunk that lies beyond shows a loss. */
  positions?: { outgoing: number; incoming: number };
}

/**
 * One socket operation, as a source hands it over. The object and its bytes are **leased**: valid during the call only,
 * so that a source can reuse one object for all its chunks.
 */
export interface Chunk {
  /** True if the local end sent the bytes. */
  outgoing: boolean;
  /** Position of the first byte in its direction, in bytes since the source began to count; gaps show as jumps. */
  position: number;
  /** Bytes of the operation. */
  length: number;
  /** Memory that holds the captured prefix: `bytes[start]` up to, not including, `bytes[end]`; `end - start ≤ length`. */
  bytes: Uint8Array;
  view: DataView;
  start: number;
  end: number;
  /** Nanoseconds of the source's clock. */
  at: number;
  pid: number;
  tid: number;
  /** Execution unit within the thread (a goroutine id), or 0. */
  unit: number;
  /** TCP sequence number of the first byte, or -1. */
  sequence: number;
}

/** A connection as the pipeline knows it; opaque to sources. */
export interface ConnectionHandle {
  /** True once nobody can read the connection: the source may stop sending its bytes. */
  readonly ignored: boolean;
}

/** Where sources (the L7 probe, a capture file, a recording, a TLS library's plaintext) put what they see. */
export interface ConnectionSink {
  open(info: ConnectionInfo): ConnectionHandle;
  /** Fills in what was not known at `open` (role, addresses). */
  update(connection: ConnectionHandle, info: Partial<ConnectionInfo>): void;
  data(connection: ConnectionHandle, chunk: Chunk): void;
  /** One direction (`outgoing` true or false), or both, will carry no more bytes. */
  close(connection: ConnectionHandle, at: number, outgoing?: boolean): void;
}
