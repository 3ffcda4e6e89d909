import type { Input } from '@sonde/core';

/** Bytes before the body of a typed message: the type, and a length that counts itself. */
export const HEADER = 5;

/** Longest message that a server accepts (`PQ_LARGE_MESSAGE_LIMIT`, 1 GiB less one byte). */
const LONGEST = 0x3fff_ffff;

/**
 * Type bytes of messages. Several mean one thing from the client and another from the server.
 *
 * Source: PostgreSQL documentation, "Message Formats"; `src/include/libpq/protocol.h`.
 */
export const Client = {
  bind: 0x42,
  close: 0x43,
  describe: 0x44,
  execute: 0x45,
  functionCall: 0x46,
  flush: 0x48,
  parse: 0x50,
  query: 0x51,
  sync: 0x53,
  terminate: 0x58,
  copyDone: 0x63,
  copyData: 0x64,
  copyFail: 0x66,
  password: 0x70,
} as const;

/** Type bytes of the server's messages. */
export const Server = {
  parseComplete: 0x31,
  bindComplete: 0x32,
  closeComplete: 0x33,
  notification: 0x41,
  commandComplete: 0x43,
  dataRow: 0x44,
  error: 0x45,
  copyIn: 0x47,
  copyOut: 0x48,
  emptyQuery: 0x49,
  keyData: 0x4b,
  notice: 0x4e,
  authentication: 0x52,
  parameterStatus: 0x53,
  rowDescription: 0x54,
  functionResult: 0x56,
  copyBoth: 0x57,
  ready: 0x5a,
  copyDone: 0x63,
  copyData: 0x64,
  noData: 0x6e,
  portalSuspended: 0x73,
  parameterDescription: 0x74,
  negotiateVersion: 0x76,
} as const;

/** Shortest and longest value of the length field of each type; absent types don't exist. */
type Bounds = ReadonlyMap<number, readonly [shortest: number, longest: number]>;

const CLIENT_BOUNDS: Bounds = new Map([
  [Client.bind, [12, LONGEST]],
  [Client.close, [6, 4096]],
  [Client.describe, [6, 4096]],
  [Client.execute, [9, 4096]],
  [Client.functionCall, [14, LONGEST]],
  [Client.flush, [4, 4]],
  [Client.parse, [8, LONGEST]],
  [Client.query, [5, LONGEST]],
  [Client.sync, [4, 4]],
  [Client.terminate, [4, 4]],
  [Client.copyDone, [4, 4]],
  [Client.copyData, [4, LONGEST]],
  [Client.copyFail, [5, LONGEST]],
  [Client.password, [5, 65_540]],
] as const);

const SERVER_BOUNDS: Bounds = new Map([
  [Server.parseComplete, [4, 4]],
  [Server.bindComplete, [4, 4]],
  [Server.closeComplete, [4, 4]],
  [Server.notification, [10, LONGEST]],
  [Server.commandComplete, [5, 1024]],
  [Server.dataRow, [6, LONGEST]],
  [Server.error, [5, LONGEST]],
  [Server.copyIn, [7, 65_536]],
  [Server.copyOut, [7, 65_536]],
  [Server.emptyQuery, [4, 4]],
  [Server.keyData, [12, 264]],
  [Server.notice, [5, LONGEST]],
  [Server.authentication, [8, 65_540]],
  [Server.parameterStatus, [6, 65_540]],
  [Server.rowDescription, [6, LONGEST]],
  [Server.functionResult, [8, LONGEST]],
  [Server.copyBoth, [7, 65_536]],
  [Server.ready, [5, 5]],
  [Server.copyDone, [4, 4]],
  [Server.copyData, [4, LONGEST]],
  [Server.noData, [4, 4]],
  [Server.portalSuspended, [4, 4]],
  [Server.parameterDescription, [6, 262_150]],
  [Server.negotiateVersion, [12, 65_540]],
] as const);

/** The bounds as two arrays for each direction: the hot path looks up numbers, not objects. */
function table(bounds: Bounds): { shortest: Uint32Array; longest: Uint32Array } {
  const shortest = new Uint32Array(256).fill(0xffff_ffff);
  const longest = new Uint32Array(256);
  for (const [type, [least, most]] of bounds) {
    shortest[type] = least;
    longest[type] = most;
  }
  return { shortest, longest };
}

const CLIENT = table(CLIENT_BOUNDS);
const SERVER = table(SERVER_BOUNDS);

/**
 * Size of the client's message whose header stands at `at`, in bytes with its header.
 *
 * @returns 0 if type and length don't go together. The header has to be in the window.
 */
export function clientFrameSize(input: Input, at: number): number {
  return frameSize(input, at, CLIENT.shortest, CLIENT.longest);
}

/** Like {@link clientFrameSize}, for a server's message. */
export function serverFrameSize(input: Input, at: number): number {
  return frameSize(input, at, SERVER.shortest, SERVER.longest);
}

function frameSize(input: Input, at: number, shortest: Uint32Array, longest: Uint32Array): number {
  const type = input.bytes[at]!;
  const length = input.view.getUint32(at + 1);
  return length >= shortest[type]! && length <= longest[type]! ? length + 1 : 0;
}
