import { type Attributes, type Description, SEMCONV } from '@sonde/core';
import type { MemcachedRequest, MemcachedResponse } from './messages.js';

/** `GET`, `SET`; `STORED`, `VALUE`; the error where the server reports one. A miss is none. */
export function describe(request: MemcachedRequest, response: MemcachedResponse | null): Description {
  if (response === null) return { name: request.operation, status: null, error: null };
  return { name: request.operation, status: response.status, error: response.failed ? response.status : null };
}

/** OpenTelemetry's attributes of a database, as far as memcached has any. */
export function attributes(request: MemcachedRequest, response: MemcachedResponse | null): Attributes {
  const result: Attributes = {
    [SEMCONV.DB_SYSTEM_NAME]: 'memcached',
    [SEMCONV.DB_OPERATION_NAME]: request.operation,
  };
  if (request.resource !== null) {
    const more = request.keyCount > 1 ? ` … (${request.keyCount} keys)` : '';
    result[SEMCONV.DB_QUERY_TEXT] = `${request.operation} ${request.resource}${more}`;
  }
  if (request.keyCount > 1) result[SEMCONV.DB_OPERATION_BATCH_SIZE] = request.keyCount;
  if (response === null) return result;
  if (response.hits !== undefined) result[SEMCONV.DB_RESPONSE_RETURNED_ROWS] = response.hits;
  if (response.failed) {
    result[SEMCONV.DB_RESPONSE_STATUS_CODE] = response.status;
    result[SEMCONV.ERROR_TYPE] = response.status;
  }
  return result;
}
