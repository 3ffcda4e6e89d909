import { type Attributes, type Description, SEMCONV } from '@sonde/core';
import { resetError } from './describe.js';
import type { Http2Request, Http2Response } from './messages.js';

/** Names of status codes, from 0 on (gRPC, `statuscodes.md`). */
const STATUS_NAMES = [
  ...['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS'],
  ...['PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED'],
  ...['INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'],
];

/** Names that are kept ready; methods are few, whatever an attacker asks for. */
const MAX_NAMES = 4096;
const names = new Map<string, string>();

/** `package.Service/Method`, the status of gRPC, and an error for any but `OK`. */
export function describeGrpc(request: Http2Request, response: Http2Response | null): Description {
  const status = response?.grpcStatus ?? null;
  return { protocol: 'grpc', name: grpcName(request.resource), status, error: grpcError(response, status) };
}

/** OpenTelemetry's attributes of a remote procedure call. */
export function grpcAttributes(request: Http2Request, response: Http2Response | null): Attributes {
  const result: Attributes = { [SEMCONV.RPC_SYSTEM]: 'grpc', [SEMCONV.RPC_SYSTEM_NAME]: 'grpc' };
  const slash = request.resource?.lastIndexOf('/') ?? -1;
  if (slash > 0) {
    result[SEMCONV.RPC_SERVICE] = request.resource!.slice(1, slash);
    result[SEMCONV.RPC_METHOD] = request.resource!.slice(slash + 1);
  }
  const status = response?.grpcStatus ?? null;
  if (status === null) return result;
  result[SEMCONV.RPC_GRPC_STATUS_CODE] = status;
  result[SEMCONV.RPC_RESPONSE_STATUS_CODE] = STATUS_NAMES[status] ?? String(status);
  return result;
}

function grpcError(response: Http2Response | null, status: number | null): string | null {
  if (status !== null) return status === 0 ? null : (STATUS_NAMES[status] ?? String(status));
  const reset = resetError(response);
  if (reset !== null) return reset;
  const http = response?.status ?? null;
  // A proxy that answers in place of the service.
  return http === null || http === 200 ? null : String(http);
}

function grpcName(path: string | null): string {
  if (path === null) return 'grpc';
  let name = names.get(path);
  if (name === undefined) {
    if (names.size >= MAX_NAMES) names.clear();
    name = path.startsWith('/') ? path.slice(1) : path;
    names.set(path, name);
  }
  return name;
}
