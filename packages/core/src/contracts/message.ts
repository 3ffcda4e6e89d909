/** Which way bytes of a connection flow: `request` is client → server, `response` is server → client. */
export type Direction = 'request' | 'response';

/**
 * What a message means to pairing.
 *
 * - `request`: awaits a response.
 * - `response`: the last word on a request; it completes the exchange.
 * - `interim`: an answer with more to come (HTTP 1xx); it leaves its request open.
 * - `oneway`: awaits nothing; it is an exchange of its own, whichever side sent it (a QoS 0 publish, a Redis push).
 * - `control`: keeps a parser in step and makes no exchange (a greeting, a ping without answer, a settings frame).
 */
export type MessageKind = 'request' | 'response' | 'interim' | 'oneway' | 'control';

/**
 * One message as a protocol plugin sees it. A plugin adds its own fields; they are printed under `request` or
 * `response` of the exchange. By convention `operation` says what is asked (`GET`, `QUERY`, `Produce`) and `resource`
 * on what (a path, a statement, a topic).
 */
export interface Message {
  kind: MessageKind;
  /** What ties a response to its request, for protocols with `match: 'id'` (a stream id, a correlation id). */
  id?: number | string;
  operation?: string | null;
  resource?: string | null;
  /** Set by the parser or by the host when a part of the message was never captured, so that fields may be missing. */
  truncated?: boolean;
  /**
   * W3C `traceparent` of the payload, where the protocol carries one and the parser found it.
   */
  traceparent?: string;
}

/** What the host measured of a message. Positions and times are filled in by the host, never by a plugin. */
export interface MessageTiming {
  /** Time of the chunk that held the first byte, in nanoseconds of the source's clock. */
  start: number;
  /** Time of the chunk that held the last byte, in nanoseconds of the source's clock. */
  end: number;
  /** Bytes on the wire of this message, captured or not. */
  bytes: number;
  /** TCP sequence number of the first byte, or -1 where it isn't known. */
  sequence: number;
  /** Thread that read or wrote the first byte, or 0. */
  tid: number;
}
