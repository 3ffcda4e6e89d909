import type { Message } from '@sonde/core';

/**
 * A request. Fields that its head lacks are null, and so are those that a connection which was joined late refers to by
 * an entry of the header table that nobody saw; `unknownFields` tells how many those are.
 */
export interface Http2Request extends Message {
  kind: 'request';
  /** The stream's id: what ties the response to it. */
  id: number;
  streamId: number;
  /** Value of `:method`. */
  operation: string | null;
  /** Value of `:path`, with secret query values masked. For gRPC `/package.Service/Method`. */
  resource: string | null;
  version: 'HTTP/2';
  scheme: string | null;
  /** Value of `:authority`, or of `host`. */
  host: string | null;
  userAgent: string | null;
  contentType: string | null;
  /** Value of `content-length`. */
  contentLength: number | null;
  /** Octets of DATA without padding, so far as they came. */
  bodySize: number;
  /** gRPC messages of the body; null where a part of it went unseen. Only for gRPC. */
  messages?: number | null;
  /** Value of `:protocol` (RFC 8441): `websocket`. */
  protocol?: string;
  /** Fields of the head that refer to what nobody saw. */
  unknownFields?: number;
  /** B3 propagation in its single-header form, also where several `x-b3-*` headers carried it. */
  b3?: string;
  /** SkyWalking's `sw8`. */
  sw8?: string;
  /** Value of `x-request-id`. */
  requestId?: string;
}

/** A response; `interim` for 1xx. */
export interface Http2Response extends Message {
  kind: 'response' | 'interim';
  id: number;
  /** Value of `:status`, or null where it isn't known. */
  status: number | null;
  contentType: string | null;
  /** Value of `content-length`. */
  contentLength: number | null;
  /** Octets of DATA without padding, so far as they came. */
  bodySize: number;
  /** Value of `grpc-status`, from the trailers or from a head without body. Only for gRPC. */
  grpcStatus?: number | null;
  /** Value of `grpc-message`, decoded, with quoted values masked. Only for gRPC. */
  grpcMessage?: string | null;
  /** gRPC messages of the body; null where a part of it went unseen. Only for gRPC. */
  messages?: number | null;
  /** Error code by which the server ended the stream: `REFUSED_STREAM`. */
  reset?: string;
  /** Fields of the head that refer to what nobody saw. */
  unknownFields?: number;
}

/** A frame that belongs to no exchange. */
export interface Http2Control extends Message {
  kind: 'control';
}

/** Every message of the protocol. */
export type Http2Message = Http2Request | Http2Response | Http2Control;

/** The one control message: it says nothing, so that one object serves all connections. */
export const CONTROL: Http2Control = Object.freeze({ kind: 'control' });

const GRPC = 'application/grpc';

/** Whether a content type is that of gRPC: `application/grpc`, `application/grpc+proto`, `application/grpc-web`. */
export function isGrpcType(contentType: string | null): boolean {
  return contentType?.startsWith(GRPC) === true;
}

/** Whether an exchange is one of gRPC: by its content types, or by a status that only gRPC has. */
export function isGrpc(request: Http2Request, response: Http2Response | null): boolean {
  if (request.messages !== undefined || isGrpcType(request.contentType)) return true;
  if (response === null) return false;
  return isGrpcType(response.contentType) || (response.grpcStatus !== undefined && response.grpcStatus !== null);
}
