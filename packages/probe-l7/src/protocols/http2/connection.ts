import { type Direction, LruMap } from '@sonde/core';
import { GrpcMessages } from './grpc-messages.js';
import type { Http2Request, Http2Response } from './messages.js';

/** Streams that are followed at once; an older one is forgotten for one more. */
export const MAX_STREAMS = 10_000;

/** A stream that a client opened, until its response is whole. */
export interface Http2StreamState {
  readonly request: Http2Request;
  response: Http2Response | null;
  /** Message counts of the two bodies, for gRPC. */
  requestMessages: GrpcMessages | null;
  responseMessages: GrpcMessages | null;
  /** Losses of the direction when the body's count began: if there were more since, it is off. */
  requestLosses: number;
  responseLosses: number;
}

/** What both directions of a connection know. */
export class Http2Connection {
  /** By id, in the order in which they were opened. */
  readonly streams = new LruMap<number, Http2StreamState>(MAX_STREAMS);
  /** Highest id of a request so far: ids only grow (RFC 9113 §5.1.1). */
  lastId = 0;
  /** Id above which the server said that it processes nothing. */
  goneAway = Number.POSITIVE_INFINITY;
  /** How often each direction lost its place. */
  readonly losses: Record<Direction, number> = { request: 0, response: 0 };

  /** A request opens a stream. */
  open(request: Http2Request, grpc: boolean): void {
    this.streams.set(request.id, {
      request,
      response: null,
      requestMessages: grpc ? new GrpcMessages() : null,
      responseMessages: grpc ? new GrpcMessages() : null,
      requestLosses: this.losses.request,
      responseLosses: this.losses.response,
    });
    if (request.id > this.lastId) this.lastId = request.id;
  }

  /** The counter of a body, if its count still holds. */
  messagesOf(state: Http2StreamState, direction: Direction): GrpcMessages | null {
    const request = direction === 'request';
    const messages = request ? state.requestMessages : state.responseMessages;
    const then = request ? state.requestLosses : state.responseLosses;
    if (messages !== null && then !== this.losses[direction]) messages.count = null;
    return messages;
  }
}
