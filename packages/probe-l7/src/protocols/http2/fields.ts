/** Header fields that an exchange reports, by number; 0 is any other. Pseudo-header fields come first. */
export const Field = {
  other: 0,
  method: 1,
  path: 2,
  scheme: 3,
  authority: 4,
  protocol: 5,
  status: 6,
  host: 7,
  userAgent: 8,
  contentType: 9,
  contentLength: 10,
  grpcStatus: 11,
  grpcMessage: 12,
  traceparent: 13,
  b3: 14,
  b3TraceId: 15,
  b3SpanId: 16,
  b3Sampled: 17,
  sw8: 18,
  requestId: 19,
} as const;

/** Numbers that {@link Field} uses. */
export const FIELD_COUNT = 20;

/** The last number of a pseudo-header field (RFC 9113 §8.3). */
export const LAST_PSEUDO = Field.status;

const byName = new Map<string, number>([
  [':method', Field.method],
  [':path', Field.path],
  [':scheme', Field.scheme],
  [':authority', Field.authority],
  [':protocol', Field.protocol],
  [':status', Field.status],
  ['host', Field.host],
  ['user-agent', Field.userAgent],
  ['content-type', Field.contentType],
  ['content-length', Field.contentLength],
  ['grpc-status', Field.grpcStatus],
  ['grpc-message', Field.grpcMessage],
  ['traceparent', Field.traceparent],
  ['b3', Field.b3],
  ['x-b3-traceid', Field.b3TraceId],
  ['x-b3-spanid', Field.b3SpanId],
  ['x-b3-sampled', Field.b3Sampled],
  ['sw8', Field.sw8],
  ['x-request-id', Field.requestId],
]);

/** Number of a field by its name, which HTTP/2 writes in lower case. */
export function fieldOf(name: string): number {
  return byName.get(name) ?? Field.other;
}
