import { type Attributes, type Description, SEMCONV } from '@sonde/core';
import { hostAttributes, methodAttributes, spanName, statusError, targetAttributes } from '../http-semantics.js';
import type { FastcgiRequest, FastcgiResponse } from './messages.js';

/** Exit statuses of programs that have a name of their own. */
const MAX_EXIT = 255;

/** `GET /users/{id}` and the HTTP status; an error where the application or the protocol failed. */
export function describe(request: FastcgiRequest, response: FastcgiResponse | null): Description {
  const name = isQuestion(request) ? 'GET_VALUES' : spanName(request.operation, request.resource);
  return { name, status: response?.status ?? null, error: errorOf(response) };
}

/** OpenTelemetry's HTTP attributes, as far as parameters and head tell. */
export function attributes(request: FastcgiRequest, response: FastcgiResponse | null): Attributes {
  const { operation, resource } = request;
  const result: Attributes = { [SEMCONV.NETWORK_PROTOCOL_NAME]: 'fastcgi' };
  if (isQuestion(request)) return result;
  if (operation !== null) methodAttributes(operation, result);
  if (resource !== null) targetAttributes(operation, resource, request.scheme ?? 'http', result);
  hostAttributes(request.host, result);
  if (request.userAgent !== null) result[SEMCONV.USER_AGENT_ORIGINAL] = request.userAgent;
  if (request.script !== null) result['code.file.path'] = request.script;
  if (request.bodySize !== null) result[SEMCONV.HTTP_REQUEST_BODY_SIZE] = request.bodySize;
  if (response === null) return result;
  if (response.status !== null) result[SEMCONV.HTTP_RESPONSE_STATUS_CODE] = response.status;
  if (response.bodySize !== null) result[SEMCONV.HTTP_RESPONSE_BODY_SIZE] = response.bodySize;
  const error = errorOf(response);
  if (error !== null) result[SEMCONV.ERROR_TYPE] = error;
  return result;
}

/** A refusal by the protocol, a status of 5xx, or an application that ended with another status than 0. */
function errorOf(response: FastcgiResponse | null): string | null {
  if (response === null) return null;
  const { protocolStatus, appStatus, status } = response;
  if (protocolStatus !== null && protocolStatus !== 'REQUEST_COMPLETE') return protocolStatus;
  const error = statusError(status);
  if (error !== null || appStatus === null || appStatus === 0) return error;
  return appStatus <= MAX_EXIT ? `app status ${appStatus}` : 'app status';
}

function isQuestion({ role }: FastcgiRequest): boolean {
  return role === null;
}
