import type { Message } from '@sonde/core';
import type { Http2Connection } from './connection.js';
import type { Http2Request } from './messages.js';

/** What HTTP/1 tells of a request. */
interface UpgradeRequest extends Message {
  host?: string | null;
  userAgent?: string | null;
  contentType?: string | null;
  contentLength?: number | null;
  bodySize?: number | null;
}

/** The request that asked for the upgrade is that of stream 1 (RFC 7540 §3.2); one of gRPC never is. */
export function adopt(request: Message, connection: Http2Connection): Http2Request | null {
  if (connection.lastId > 0) return null;
  const { operation, resource, host, userAgent, contentType, contentLength, bodySize } = request as UpgradeRequest;
  const message: Http2Request = {
    kind: 'request',
    id: 1,
    streamId: 1,
    operation: operation ?? null,
    resource: resource ?? null,
    version: 'HTTP/2',
    scheme: 'http',
    host: host ?? null,
    userAgent: userAgent ?? null,
    contentType: contentType ?? null,
    contentLength: contentLength ?? null,
    bodySize: bodySize ?? 0,
  };
  if (request.traceparent !== undefined) message.traceparent = request.traceparent;
  connection.open(message, false);
  return message;
}
