import type { Message } from '@sonde/core';

/** Most topics, partitions and errors that a message lists. */
export const MAX_LISTED = 64;

/** What a body says, as far as it was read. */
export interface Facts {
  /** Topics in the order of the message, at most {@link MAX_LISTED}; null for an id whose name was never seen. */
  topics?: (string | null)[];
  /** Ids of topics, where the message names them by id (Fetch 13, Produce 13 and later). */
  topicIds?: string[];
  /** Partitions in the order of the message, whatever their topic. */
  partitions?: number[];
  /** Offsets of the partitions: asked for (Fetch), committed, or given by the broker to the first record (Produce). */
  offsets?: number[];
  group?: string;
  transactionalId?: string;
  /** Records in the batches, as the batch headers count them. */
  records?: number;
  /** Offset of the first record; 0 in a Produce request, where the broker is yet to give it. */
  baseOffset?: number;
}

/** What a client asks. `oneway` for Produce without acknowledgement. */
export interface KafkaRequest extends Message, Facts {
  kind: 'request' | 'oneway';
  id: number;
  /** Name of the API: `Produce`, or `UNKNOWN_123`. */
  operation: string;
  /** First topic, or the group, key, or SASL mechanism that the request is about. */
  resource: string | null;
  correlationId: number;
  apiKey: number;
  apiVersion: number;
  clientId: string | null;
  /** Acknowledgements that a Produce request waits for: 0, 1, or -1 for all. */
  acks?: number;
}

/** What the broker answers. */
export interface KafkaResponse extends Message, Facts {
  kind: 'response' | 'control';
  id: number;
  correlationId: number;
  /** First error code that isn't 0; 0 without an error; null if the answer tells none. */
  errorCode: number | null;
  /** All error codes in the order of the message, at most {@link MAX_LISTED}. */
  errorCodes?: number[];
}

/** Bytes that are not a Kafka message: SASL tokens after a SaslHandshake of version 0. */
export interface KafkaToken extends Message {
  kind: 'control';
}

/** Any message. */
export type KafkaMessage = KafkaRequest | KafkaResponse | KafkaToken;

/** What both directions of a connection share. */
export interface KafkaConnection {
  /** Names of topics by id, as Metadata told them. */
  readonly topicNames: Map<string, string>;
  /** SASL tokens may follow without Kafka's headers. */
  bareTokens: boolean;
}
