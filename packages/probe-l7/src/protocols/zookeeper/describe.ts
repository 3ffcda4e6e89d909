import { type Attributes, type Description, SEMCONV } from '@sonde/core';
import { errorName } from './errors.js';
import type { ZookeeperRequest, ZookeeperResponse } from './messages.js';

/** `getData`; the error code as a number; its name where it isn't 0. */
export function describe(request: ZookeeperRequest, response: ZookeeperResponse | null): Description {
  const name = request.event === undefined ? request.operation : `${request.operation} ${request.event}`;
  return { name, status: response?.errorCode ?? null, error: errorOf(response) };
}

/** OpenTelemetry's attributes of databases. */
export function attributes(request: ZookeeperRequest, response: ZookeeperResponse | null): Attributes {
  const all: Attributes = {
    [SEMCONV.DB_SYSTEM_NAME]: 'zookeeper',
    [SEMCONV.DB_OPERATION_NAME]: request.operation,
  };
  if (request.resource !== null && request.operation !== 'auth') all['zookeeper.path'] = request.resource;
  if (request.operationCount !== undefined) all[SEMCONV.DB_OPERATION_BATCH_SIZE] = request.operationCount;
  if (request.event !== undefined) all['zookeeper.event'] = request.event;
  const code = response?.errorCode ?? null;
  if (code !== null) all[SEMCONV.DB_RESPONSE_STATUS_CODE] = String(code);
  const error = errorOf(response);
  if (error !== null) all[SEMCONV.ERROR_TYPE] = error;
  return all;
}

function errorOf(response: ZookeeperResponse | null): string | null {
  if (response === null) return null;
  if (response.refused) return 'refused';
  return response.errorCode === null || response.errorCode === 0 ? null : errorName(response.errorCode);
}
