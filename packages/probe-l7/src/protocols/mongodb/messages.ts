import type { Message } from '@sonde/core';

/** Name of an opcode of the wire protocol: `OP_MSG`. */
export type OpcodeName =
  | 'OP_REPLY'
  | 'OP_UPDATE'
  | 'OP_INSERT'
  | 'OP_QUERY'
  | 'OP_GET_MORE'
  | 'OP_DELETE'
  | 'OP_KILL_CURSORS'
  | 'OP_COMMAND'
  | 'OP_COMMANDREPLY'
  | 'OP_COMPRESSED'
  | 'OP_MSG';

/** What a client asks. */
export interface MongoRequest extends Message {
  /** `oneway` for what is never answered: `moreToCome`, and the legacy writes. */
  kind: 'request' | 'oneway';
  /** The request's id, by which the reply names it. */
  id: number;
  opcode: OpcodeName;
  /** Name of the command (`find`), or of a legacy operation (`query`); null where it isn't known. */
  operation: string | null;
  /** Collection; null for commands that have none. */
  resource: string | null;
  /** Database; null where it isn't known. */
  database: string | null;
  /** Documents or operations that a write carries. */
  documents?: number;
  /** Cursor that a `getMore` continues. */
  cursorId?: string;
  /** SASL mechanism of a `saslStart`. */
  mechanism?: string;
  /** The client takes many replies to this one request. */
  exhaust?: true;
  /** Compressor of an `OP_COMPRESSED`, whose contents are not read. */
  compressor?: string;
}

/** What a reply says. */
export interface MongoReplyFields {
  opcode: OpcodeName;
  /** 1 if the command succeeded, 0 if not, null where the reply doesn't tell or wasn't read so far. */
  ok: number | null;
  /** Error code of the command, of the first failed write, or of the write concern. */
  code?: number;
  /** The server's name for the code. */
  codeName?: string;
  /** Documents matched, inserted or deleted, as the server counts them. */
  n?: number;
  /** Documents changed by an update. */
  modified?: number;
  /** Documents in the batch of a cursor. */
  returned?: number;
  /** Cursor that has more to give. */
  cursorId?: string;
  /** Writes of the command that failed. */
  writeErrors?: number;
  /** More replies follow without being asked for. */
  moreToCome?: true;
  compressor?: string;
}

/** The reply to a request. */
export interface MongoResponse extends Message, MongoReplyFields {
  kind: 'response';
  /** Id of the request. */
  id: number;
}

/** A further reply of an exhaust cursor, which nobody asked for again; `control` for the replies of a monitor. */
export interface MongoPush extends Message, MongoReplyFields {
  kind: 'oneway' | 'control';
  /** The operation that the replies go on answering. */
  operation: string | null;
  resource: string | null;
  database: string | null;
}

/** Any message. */
export type MongoMessage = MongoRequest | MongoResponse | MongoPush;

/** What both directions of a connection share. */
export interface MongoConnection {
  /** The last reply that announced another one. */
  exhaust: { replyId: number; request: MongoRequest } | null;
}
