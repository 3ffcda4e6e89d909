import type { Message } from '@sonde/core';

/** What methods and the properties of messages say; each method has some of it. */
export interface MethodFields {
  channel: number;
  /** Empty for the default exchange. */
  exchange?: string;
  /** Routing key, or the binding key of a binding. */
  routingKey?: string;
  /** Queue that the method names, or that a delivery's consumer was started for on this connection. */
  queue?: string;
  /** Type of an exchange: `topic`. */
  exchangeType?: string;
  consumerTag?: string;
  deliveryTag?: number;
  /** Acknowledges all up to the delivery tag. */
  multiple?: boolean;
  redelivered?: boolean;
  /** The broker has to return the message if no queue takes it. */
  mandatory?: boolean;
  /** Deliveries need no acknowledgement. */
  noAck?: boolean;
  /** Messages that are left in a queue, or that were purged or deleted with it. */
  messageCount?: number;
  consumerCount?: number;
  prefetchCount?: number;
  /** SASL mechanism of a login. */
  mechanism?: string;
  /** Largest frame that both sides agreed to, in bytes; 0 for no limit. */
  frameMax?: number;
  /** Reply code and text of a Close or a Return. */
  code?: number;
  text?: string;
  /** Bytes of a message's body. */
  bodyBytes?: number;
  contentType?: string;
  messageId?: string;
  correlationId?: string;
  replyTo?: string;
  /** True for delivery mode 2. */
  persistent?: boolean;
}

/** Something that one side says of its own accord. */
export interface AmqpRequest extends Message, MethodFields {
  /** `oneway` for what is never answered: a Publish without confirms, a Deliver, an Ack of a consumer. */
  kind: 'request' | 'oneway';
  /** Method: `Basic.Publish`, `Queue.Declare`. */
  operation: string;
  /** Exchange (the routing key at the default exchange), queue, consumer, or virtual host. */
  resource: string | null;
  /** Who sent it. */
  by: 'client' | 'server';
}

/** What answers. */
export interface AmqpResponse extends Message, MethodFields {
  kind: 'response';
  /** Method that answered: `Queue.Declare-Ok`, `Basic.Ack`; `Channel.Close` if there was none but the end. */
  type: string;
}

/** What keeps the parser in step: protocol headers, heartbeats, replies to what nobody saw. */
export interface AmqpControl extends Message {
  kind: 'control';
}

/** Any message of a connection. */
export type AmqpMessage = AmqpRequest | AmqpResponse | AmqpControl;
