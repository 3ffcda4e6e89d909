import type { Message } from '@sonde/core';
import type { ResultKind } from './opcodes.js';

/** What a client asks. */
export class CassandraRequest implements Message {
  kind = 'request' as const;
  /** The stream: what the response carries as well. Streams are used again once they were answered. */
  readonly id: number;
  /** Opcode: `QUERY`, `EXECUTE`. */
  operation: string;
  /** Statement, masked; the first one of a BATCH; event types of a REGISTER. */
  resource: string | null = null;
  /** Version of the protocol: 3, 4, 5; 65 and 66 are DataStax' own. */
  readonly version: number;
  /** Keyspace that the connection is known to use, or that the request names. */
  keyspace: string | null = null;
  /** Table that a prepared statement works on. */
  table?: string;
  /** Id of the prepared statement, in hexadecimal. */
  preparedId?: string;
  /** Consistency level: `LOCAL_QUORUM`. */
  consistency?: string;
  /** Statements of a BATCH. */
  statements?: number;
  /** The server is asked to trace the request. */
  tracing?: true;
  customPayload?: true;
  /** The body is compressed. */
  compressed?: true;
  /** Compression that a STARTUP asks for. */
  compression?: string;
  /** Driver that a STARTUP names. */
  driver?: string;
  truncated?: boolean;
  readonly #losses: number;

  constructor(id: number, operation: string, version: number, losses: number) {
    this.id = id;
    this.operation = operation;
    this.version = version;
    this.#losses = losses;
  }

  /** How often bytes of the server had been lost when the request was made. */
  static lossesAt(request: CassandraRequest): number {
    return request.#losses;
  }
}

/** What the server answers. */
export interface CassandraResponse extends Message {
  kind: 'response' | 'control';
  id: number;
  /** Opcode: `RESULT`, `ERROR`. */
  opcode: string;
  /** What the RESULT is. */
  result?: ResultKind;
  /** Error code. */
  errorCode?: number;
  /** Rows of this page. */
  rows?: number;
  columns?: number;
  /** More pages follow if they are asked for. */
  morePages?: true;
  keyspace?: string;
  table?: string;
  /** Warnings that came along. */
  warnings?: number;
  tracing?: true;
  customPayload?: true;
  compressed?: true;
}

/** What the server tells unasked. */
export interface CassandraEvent extends Message {
  kind: 'oneway';
  operation: 'EVENT';
  /** `TOPOLOGY_CHANGE`, `STATUS_CHANGE`, `SCHEMA_CHANGE`; null where it couldn't be read. */
  resource: string | null;
  /** `UP`, `NEW_NODE`, `CREATED`. */
  change?: string;
}

/** Bytes of which nothing is told: a part of a loss. */
export interface CassandraNothing extends Message {
  kind: 'control';
}

/** Any message. */
export type CassandraMessage = CassandraRequest | CassandraResponse | CassandraEvent | CassandraNothing;

/** What both directions of a connection share. */
export interface CassandraConnection {
  /** Version of the last envelope; 0 before the first. */
  version: number;
  /** Compression that the client asked for; undefined where that wasn't seen. */
  compression: string | null | undefined;
  /** Keyspace in use, as the server confirmed it. */
  keyspace: string | null;
  /** How often bytes of the server were lost: streams that waited then may have been answered and used again. */
  losses: number;
}
