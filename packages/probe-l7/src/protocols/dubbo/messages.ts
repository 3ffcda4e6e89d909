import type { Message } from '@sonde/core';

/** What a consumer asks, or an event that either side sends. `oneway` where no answer is awaited. */
export interface DubboRequest extends Message {
  kind: 'request' | 'oneway';
  /** A string for ids that a number can't hold. */
  id: number | string;
  /** Name of the method, `heartbeat`, `readonly`, `writable`; null if the body could not be read. */
  operation: string | null;
  /** Path of the service, which is its interface nearly always; null if the body could not be read. */
  resource: string | null;
  /** How bodies are written: `hessian2`, or `unknown_5`. */
  serialization: string;
  /** Event of the exchange layer, no call. */
  event?: true;
  /** Version of the protocol that the consumer says it speaks, `2.0.2`. */
  dubboVersion?: string;
  /** Version of the service, where the consumer asks for one. */
  serviceVersion?: string;
  /** Group of the service, where the consumer asks for one. */
  group?: string;
  /** Types of the arguments as JVM descriptors: `Ljava/lang/String;I`. */
  parameterTypes?: string;
  /** Method that a generic call (`$invoke`) is about. */
  invokedMethod?: string;
}

/** What the provider answers. */
export interface DubboResponse extends Message {
  kind: 'response';
  id: number | string;
  /** Status byte of the header: 20 is OK, also for calls that ended in an exception of the service. */
  status: number;
  /** `OK`, `SERVER_TIMEOUT`, or `UNKNOWN_7`. */
  statusName: string;
  serialization: string;
  event?: true;
  /** How the call ended; absent if the body could not be read. */
  result?: 'value' | 'null' | 'exception';
  /** Class of the exception; null if it could not be read. */
  exception?: string | null;
}

/** Any message. */
export type DubboMessage = DubboRequest | DubboResponse;
