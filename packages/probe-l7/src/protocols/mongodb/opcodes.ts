import type { OpcodeName } from './messages.js';

/** Opcodes of the wire protocol. */
export const Opcode = {
  reply: 1,
  update: 2001,
  insert: 2002,
  query: 2004,
  getMore: 2005,
  delete: 2006,
  killCursors: 2007,
  command: 2010,
  commandReply: 2011,
  compressed: 2012,
  message: 2013,
} as const;

const NAMES: Readonly<Record<number, OpcodeName>> = {
  [Opcode.reply]: 'OP_REPLY',
  [Opcode.update]: 'OP_UPDATE',
  [Opcode.insert]: 'OP_INSERT',
  [Opcode.query]: 'OP_QUERY',
  [Opcode.getMore]: 'OP_GET_MORE',
  [Opcode.delete]: 'OP_DELETE',
  [Opcode.killCursors]: 'OP_KILL_CURSORS',
  [Opcode.command]: 'OP_COMMAND',
  [Opcode.commandReply]: 'OP_COMMANDREPLY',
  [Opcode.compressed]: 'OP_COMPRESSED',
  [Opcode.message]: 'OP_MSG',
};

const COMPRESSORS = ['noop', 'snappy', 'zlib', 'zstd'];

/** Name of an opcode that exists. */
export function opcodeName(opcode: number): OpcodeName {
  return NAMES[opcode]!;
}

/** Whether a client (a server) sends messages of this opcode. */
export function isOpcode(opcode: number, fromClient: boolean): boolean {
  if (opcode === Opcode.message || opcode === Opcode.compressed) return true;
  if (opcode === Opcode.reply || opcode === Opcode.commandReply) return !fromClient;
  return fromClient && opcode in NAMES;
}

/** Name of the compressor of an `OP_COMPRESSED`, or null for a number that stands for none. */
export function compressorName(id: number): string | null {
  return COMPRESSORS[id] ?? null;
}

/** What the legacy opcodes do, as `operation`. */
export const LEGACY_OPERATIONS: Readonly<Record<number, string>> = {
  [Opcode.update]: 'update',
  [Opcode.insert]: 'insert',
  [Opcode.query]: 'query',
  [Opcode.getMore]: 'getMore',
  [Opcode.delete]: 'delete',
  [Opcode.killCursors]: 'killCursors',
};
