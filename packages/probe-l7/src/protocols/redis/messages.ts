import type { Message } from '@sonde/core';

/** A command. */
export interface RedisRequest extends Message {
  /** `oneway` for commands that the client asked not to answer (`CLIENT REPLY OFF`, `SKIP`). */
  kind: 'request' | 'oneway';
  /** Command in capitals: `GET`, `CONFIG`. */
  operation: string;
  /** Second word of commands that have one, in capitals: `SET` of `CONFIG SET`; else left out. */
  subcommand?: string;
  /** First argument (the key, mostly), the first key of `EVAL`; null where there is none or where it is secret. */
  resource: string | null;
  /** Arguments, `?` in place of values. At most {@link MAX_ARGUMENTS}. */
  args: string[];
  /** Number of arguments that were sent. */
  argCount: number;
  /** Number of the selected database, or null while it isn't known (joined in mid-connection). */
  database: number | null;
}

/** What kind of reply it is: the types of RESP2 and RESP3, and `nil` for all three spellings of nothing. */
export type RedisType =
  | 'simple'
  | 'error'
  | 'integer'
  | 'bulk'
  | 'nil'
  | 'array'
  | 'map'
  | 'set'
  | 'push'
  | 'double'
  | 'boolean'
  | 'bignum'
  | 'verbatim';

/** A reply. `interim` for the first confirmations of a `SUBSCRIBE` to several channels. */
export interface RedisResponse extends Message {
  kind: 'response' | 'interim' | 'control';
  type: RedisType;
  /** Text of a simple string, or of a number. */
  text?: string;
  /** Bytes of a bulk string. */
  length?: number;
  /** Elements of an aggregate; pairs of a map. Left out where the server streams it without a count. */
  count?: number;
  /** Prefix of an error: `WRONGTYPE`. */
  code?: string;
  /** Text of an error, its prefix included; what it quotes is masked, and all of it if a script failed. */
  message?: string;
}

/** What a server sends unasked: a message of a channel, an invalidation. */
export interface RedisPush extends Message {
  kind: 'oneway';
  /** First word in capitals: `MESSAGE`, `PMESSAGE`, `INVALIDATE`. */
  operation: string;
  /** Channel, or null where there is none. */
  resource: string | null;
  type: 'push';
}

/** Any message of a connection. */
export type RedisMessage = RedisRequest | RedisResponse | RedisPush;

/** Most arguments that a request lists. */
export const MAX_ARGUMENTS = 32;

/** What both directions know of each other. */
export interface RedisConnection {
  /** Request seen last. */
  newest: RedisRequest | null;
  /** Replies seen so far. */
  responses: number;
  /** Commands whose reply changes the connection and that still wait for it. */
  decisive: number;
  /** Selected database, or null. Undefined before the first message of the connection. */
  database: number | null | undefined;
  /** True while the client listens to channels. */
  subscriber: boolean;
  /** True after `MONITOR`. */
  monitor: boolean;
  /** True once the server spoke RESP3: arrays are no pushes then. */
  resp3: boolean;
  /** False after `CLIENT REPLY OFF`. */
  replies: boolean;
  /** Set by `CLIENT REPLY SKIP` for the command that follows. */
  skipNext: boolean;
  /** Subscription that is being confirmed, channel by channel. */
  confirming: RedisMessage | null;
  confirmationsLeft: number;
}

/** State of a connection of which nothing is known yet. */
export function newConnection(): RedisConnection {
  return {
    newest: null,
    responses: 0,
    decisive: 0,
    database: undefined,
    subscriber: false,
    monitor: false,
    resp3: false,
    replies: true,
    skipNext: false,
    confirming: null,
    confirmationsLeft: 0,
  };
}
