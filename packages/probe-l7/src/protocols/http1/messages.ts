import type { Message } from '@sonde/core';

/** A request, as far as its head tells. Fields that the head lacks are null; trace fields are left out. */
export interface Http1Request extends Message {
  kind: 'request';
  /** Method as sent. Methods are case-sensitive (RFC 9110 §9.1). */
  operation: string;
  /** Request target as sent, in any of its four forms (RFC 9112 §3.2), with its secrets masked. */
  resource: string;
  /** `HTTP/1.1` */
  version: string;
  /** Value of `Host`, without the user and password that may stand before it. */
  host: string | null;
  userAgent: string | null;
  contentType: string | null;
  /** Value of `Content-Length`, where it decides the length of the body. */
  contentLength: number | null;
  /** Bytes of the body without chunk framing; null while it isn't known, or where a part of it went unseen. */
  bodySize: number | null;
  /** B3 propagation in its single-header form, also where several `X-B3-*` headers carried it. */
  b3?: string;
  /** SkyWalking's `sw8`. */
  sw8?: string;
  /** Value of `X-Request-ID`. */
  requestId?: string;
}

/** A response, as far as its head tells. `interim` for 1xx except 101. */
export interface Http1Response extends Message {
  kind: 'response' | 'interim';
  status: number;
  /** Reason phrase as sent, or null for an empty one. */
  reason: string | null;
  /** `HTTP/1.1` */
  version: string;
  contentType: string | null;
  /** Value of `Content-Length`; a response to HEAD has it without a body. */
  contentLength: number | null;
  /** Bytes of the body without chunk framing; null while it isn't known, or where a part of it went unseen. */
  bodySize: number | null;
}

/** Any message of a connection. */
export type Http1Message = Http1Request | Http1Response;

/** What both directions know of each other: enough to tell whether one exchange only is under way. */
export interface Http1Connection {
  /** Request seen last. */
  newest: Http1Request | null;
  /** Final responses seen so far. */
  responses: number;
  /** A response's head was cut: another one may begin in what is stepped over as the rest of it. */
  responsesHide: boolean;
}
