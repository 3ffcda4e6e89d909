import { type Attributes, type Description, SEMCONV } from '@sonde/core';
import type { RedisPush, RedisRequest, RedisResponse } from './messages.js';

/** Names of spans that are told apart; a client that makes up commands gets one name for all that follow. */
const MAX_NAMES = 1024;
const names = new Set<string>();

/** `GET`, `CONFIG SET`; `OK` or `ERR`; the prefix of the error. */
export function describe(request: RedisRequest | RedisPush, response: RedisResponse | null): Description {
  if (response === null) return { name: spanName(request), status: null, error: null };
  if (response.type !== 'error') return { name: spanName(request), status: 'OK', error: null };
  return { name: spanName(request), status: 'ERR', error: response.code ?? 'ERR' };
}

/** OpenTelemetry's attributes of Redis. */
export function attributes(request: RedisRequest | RedisPush, response: RedisResponse | null): Attributes {
  const name = fullName(request);
  const result: Attributes = { [SEMCONV.DB_SYSTEM_NAME]: 'redis', [SEMCONV.DB_OPERATION_NAME]: name };
  if ('args' in request) {
    if (request.database !== null) result[SEMCONV.DB_NAMESPACE] = String(request.database);
    result[SEMCONV.DB_QUERY_TEXT] = queryText(request);
    const first = request.args[0];
    if (first !== undefined && (request.operation === 'EVALSHA' || request.operation === 'FCALL')) {
      result[SEMCONV.DB_STORED_PROCEDURE_NAME] = first;
    }
  }
  if (response?.code !== undefined) {
    result[SEMCONV.DB_RESPONSE_STATUS_CODE] = response.code;
    result[SEMCONV.ERROR_TYPE] = response.code;
  }
  return result;
}

/** The command as one would type it, values masked. */
function queryText({ operation, args, argCount }: RedisRequest): string {
  if (args.length === 0) return operation;
  return `${operation} ${args.join(' ')}${argCount > args.length ? ' …' : ''}`;
}

function fullName(request: RedisRequest | RedisPush): string {
  return 'subcommand' in request && request.subcommand !== undefined
    ? `${request.operation} ${request.subcommand}`
    : request.operation;
}

function spanName(request: RedisRequest | RedisPush): string {
  const name = fullName(request);
  if (names.has(name)) return name;
  if (names.size >= MAX_NAMES) return 'redis';
  names.add(name);
  return name;
}
