import { type Attributes, type Description, SEMCONV } from '@sonde/core';
import { hostAttributes, methodAttributes, spanName, statusError, targetAttributes } from '../http-semantics.js';
import type { Http1Request, Http1Response } from './messages.js';

/** `GET /users/{id}`, the status code, and an error for 5xx. */
export function describe(request: Http1Request, response: Http1Response | null): Description {
  const status = response === null ? null : response.status;
  return { name: spanName(request.operation, request.resource), status, error: statusError(status) };
}

/** OpenTelemetry's HTTP attributes, as far as both heads tell. */
export function attributes(request: Http1Request, response: Http1Response | null): Attributes {
  const { operation, resource } = request;
  const result: Attributes = {};
  methodAttributes(operation, result);
  targetAttributes(operation, resource, 'http', result);
  result[SEMCONV.NETWORK_PROTOCOL_NAME] = 'http';
  result[SEMCONV.NETWORK_PROTOCOL_VERSION] = request.version.slice('HTTP/'.length);
  hostAttributes(request.host, result);
  if (request.userAgent !== null) result[SEMCONV.USER_AGENT_ORIGINAL] = request.userAgent;
  if (request.bodySize !== null) result[SEMCONV.HTTP_REQUEST_BODY_SIZE] = request.bodySize;
  if (response === null) return result;
  result[SEMCONV.HTTP_RESPONSE_STATUS_CODE] = response.status;
  if (response.bodySize !== null) result[SEMCONV.HTTP_RESPONSE_BODY_SIZE] = response.bodySize;
  const error = statusError(response.status);
  if (error !== null) result[SEMCONV.ERROR_TYPE] = error;
  return result;
}
