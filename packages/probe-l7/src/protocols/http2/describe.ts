import { type Attributes, type Description, SEMCONV } from '@sonde/core';
import { hostAttributes, methodAttributes, spanName, statusError, targetAttributes } from '../http-semantics.js';
import { describeGrpc, grpcAttributes } from './grpc.js';
import { type Http2Request, type Http2Response, isGrpc } from './messages.js';

/**
 * `GET /users/{id}` and the status code, or for gRPC `package.Service/Method` and the status that its trailers tell. A
 * stream that the server reset has failed.
 */
export function describe(request: Http2Request, response: Http2Response | null): Description {
  if (isGrpc(request, response)) return describeGrpc(request, response);
  const status = response === null ? null : response.status;
  return {
    name: spanName(request.operation, request.resource),
    status,
    error: resetError(response) ?? statusError(status),
  };
}

/** OpenTelemetry's attributes, as far as both heads tell. */
export function attributes(request: Http2Request, response: Http2Response | null): Attributes {
  const grpc = isGrpc(request, response);
  const result: Attributes = grpc ? grpcAttributes(request, response) : {};
  const { operation, resource } = request;
  if (operation !== null) methodAttributes(operation, result);
  if (resource !== null) targetAttributes(operation, resource, request.scheme ?? 'http', result);
  result[SEMCONV.NETWORK_PROTOCOL_NAME] = 'http';
  result[SEMCONV.NETWORK_PROTOCOL_VERSION] = '2';
  hostAttributes(request.host, result);
  if (request.userAgent !== null) result[SEMCONV.USER_AGENT_ORIGINAL] = request.userAgent;
  result[SEMCONV.HTTP_REQUEST_BODY_SIZE] = request.bodySize;
  if (response === null) return result;
  if (response.status !== null) result[SEMCONV.HTTP_RESPONSE_STATUS_CODE] = response.status;
  result[SEMCONV.HTTP_RESPONSE_BODY_SIZE] = response.bodySize;
  return result;
}

/** A reset without error only says that the server needs no more of the request. */
export function resetError(response: Http2Response | null): string | null {
  const reset = response?.reset;
  return reset === undefined || reset === 'NO_ERROR' ? null : reset;
}
