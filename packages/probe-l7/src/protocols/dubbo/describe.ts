import { type Attributes, type Description, SEMCONV } from '@sonde/core';
import { SpanNames } from '../span-names.js';
import { isOk } from './header.js';
import type { DubboRequest, DubboResponse } from './messages.js';

const names = new SpanNames('/');

/** `service/method`; the status byte; the status's name or the class of the exception where the call failed. */
export function describe(request: DubboRequest, response: DubboResponse | null): Description {
  return {
    name: spanName(request),
    status: response === null ? null : response.status,
    error: response === null ? null : failure(response),
  };
}

/** OpenTelemetry's attributes of a remote procedure call. */
export function attributes(request: DubboRequest, response: DubboResponse | null): Attributes {
  const result: Attributes = { [SEMCONV.RPC_SYSTEM]: 'apache_dubbo', [SEMCONV.RPC_SYSTEM_NAME]: 'dubbo' };
  const { operation, resource, invokedMethod } = request;
  if (resource !== null) result[SEMCONV.RPC_SERVICE] = resource;
  if (operation !== null && !request.event) result[SEMCONV.RPC_METHOD] = invokedMethod ?? operation;
  if (request.event) result['dubbo.event'] = operation!;
  if (request.serviceVersion !== undefined) result['dubbo.service.version'] = request.serviceVersion;
  if (request.group !== undefined) result['dubbo.service.group'] = request.group;
  result['dubbo.serialization'] = request.serialization;
  if (response === null) return result;
  result[SEMCONV.RPC_RESPONSE_STATUS_CODE] = response.statusName;
  const error = failure(response);
  if (error !== null) result[SEMCONV.ERROR_TYPE] = error;
  return result;
}

function failure({ status, statusName, result, exception }: DubboResponse): string | null {
  if (!isOk(status)) return statusName;
  return result === 'exception' ? (exception ?? 'exception') : null;
}

function spanName({ operation, resource, invokedMethod }: DubboRequest): string {
  if (resource === null) return operation ?? 'dubbo';
  const method = invokedMethod ?? operation;
  if (method === null) return resource;
  return names.of(resource, method);
}
