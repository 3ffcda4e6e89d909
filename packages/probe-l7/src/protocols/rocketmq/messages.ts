import type { Message } from '@sonde/core';

/** What either side asks: clients nearly always, the server for transactions and changes of a group. */
export interface RocketmqRequest extends Message {
  kind: 'request' | 'oneway';
  /** The frame's `opaque`. */
  id: number;
  /** Name of the request code: `SEND_MESSAGE_V2`, or `UNKNOWN_9999`. */
  operation: string;
  /** Topic, or the group where the request is about one. */
  resource: string | null;
  requestCode: number;
  /** How the header is written. */
  serialization: 'json' | 'rocketmq';
  /** Language of the sender: `JAVA`, `GO`. */
  language: string | null;
  /** Number of the sender's version of RocketMQ. */
  version: number | null;
  topic?: string;
  /** Group of the producer or consumer. */
  group?: string;
  clientId?: string;
  queueId?: number;
  /** Offset in the queue: to begin at, to commit, or of the message that is acknowledged. */
  offset?: number;
  /** Most messages wanted. */
  maxMessages?: number;
  /** Id that the producer gave the message. */
  messageId?: string;
  tag?: string;
  /** Keys of the message, separated by blanks. */
  keys?: string;
  /** Messages in a batch that is sent. */
  messages?: number;
  transactionId?: string;
  bodyBytes?: number;
}

/** What the other side answers. */
export interface RocketmqResponse extends Message {
  kind: 'response';
  id: number;
  code: number;
  /** Name of the code: `SUCCESS`, `PULL_NOT_FOUND`, or `UNKNOWN_9999`. */
  codeName: string;
  queueId?: number;
  /** Offset that the broker gave the message, or that was asked for. */
  offset?: number;
  /** Where the next pull shall begin. */
  nextOffset?: number;
  /** Id that tells where the broker stored the message, or the id of the first message fetched. */
  messageId?: string;
  /** Messages fetched; absent if not all of them were seen. */
  messages?: number;
  bodyBytes?: number;
}

/** A command of which only the length is known, since its header was not captured whole. */
export interface RocketmqUnknown extends Message {
  kind: 'control';
}

/** Any message. */
export type RocketmqMessage = RocketmqRequest | RocketmqResponse | RocketmqUnknown;
