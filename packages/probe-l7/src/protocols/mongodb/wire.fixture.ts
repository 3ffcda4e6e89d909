import { BSON } from 'mongodb';
import type { OpcodeName } from './messages.js';

/** Messages for tests: the documents are encoded by MongoDB's own library. */
const NUMBERS: Readonly<Record<OpcodeName, number>> = {
  OP_REPLY: 1,
  OP_UPDATE: 2001,
  OP_INSERT: 2002,
  OP_QUERY: 2004,
  OP_GET_MORE: 2005,
  OP_DELETE: 2006,
  OP_KILL_CURSORS: 2007,
  OP_COMMAND: 2010,
  OP_COMMANDREPLY: 2011,
  OP_COMPRESSED: 2012,
  OP_MSG: 2013,
};

/** A document as BSON. */
export const bson = (document: object): Buffer => Buffer.from(BSON.serialize(document, { ignoreUndefined: true }));
/** A little-endian 32-bit number. */
export const i32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32LE(value | 0);
  return buffer;
};
/** A little-endian 64-bit number. */
export const i64 = (value: bigint): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64LE(value);
  return buffer;
};
/** A text and the zero that ends it. */
export const text = (value: string): Buffer => Buffer.from(`${value}\0`);

/** A message: header and parts. */
export function message(opcode: OpcodeName, id: number, answers: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([i32(16 + body.length), i32(id), i32(answers), i32(NUMBERS[opcode]), body]);
}

/** What an OP_MSG may have beyond its document. */
export interface Extras {
  flags?: number;
  /** Document sequences before the body, as MongoDB's own programs send them. */
  before?: Record<string, object[]>;
  /** Document sequences after the body, as drivers send them. */
  after?: Record<string, object[]>;
  checksum?: boolean;
}

function sequences(all: Record<string, object[]> = {}): Buffer[] {
  return Object.entries(all).map(([name, documents]) => {
    const content = Buffer.concat([text(name), ...documents.map(bson)]);
    return Buffer.concat([Buffer.from([1]), i32(4 + content.length), content]);
  });
}

function sections(document: object, { flags = 0, before, after, checksum = false }: Extras): Buffer[] {
  const body = Buffer.concat([Buffer.from([0]), bson(document)]);
  const tail = checksum ? [Buffer.from([1, 2, 3, 4])] : [];
  return [i32(flags | (checksum ? 1 : 0)), ...sequences(before), body, ...sequences(after), ...tail];
}

/** A command in an OP_MSG. */
export const command = (id: number, document: object, extras: Extras = {}): Buffer =>
  message('OP_MSG', id, 0, ...sections(document, extras));
/** A reply in an OP_MSG. */
export const reply = (id: number, answers: number, document: object, extras: Extras = {}): Buffer =>
  message('OP_MSG', id, answers, ...sections(document, extras));
/** A legacy query; of a command when its namespace ends in `.$cmd`. */
export const query = (id: number, namespace: string, document: object, flags = 0): Buffer =>
  message('OP_QUERY', id, 0, i32(flags), text(namespace), i32(0), i32(-1), bson(document));
/** A legacy reply. */
export const oldReply = (answers: number, documents: object[], flags = 0, cursor = 0n, id = 9000): Buffer =>
  message('OP_REPLY', id, answers, i32(flags), i64(cursor), i32(0), i32(documents.length), ...documents.map(bson));
/** A compressed message, whose contents are anything. */
export const compressed = (id: number, answers: number, compressor: number, bytes = 40): Buffer =>
  message('OP_COMPRESSED', id, answers, i32(2013), i32(500), Buffer.from([compressor]), Buffer.alloc(bytes, 0xa5));
