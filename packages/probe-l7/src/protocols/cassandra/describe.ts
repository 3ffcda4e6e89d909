import { type Attributes, type Description, SEMCONV } from '@sonde/core';
import { summarise } from '../../sql/statements.js';
import { errorName } from './errors.js';
import type { CassandraEvent, CassandraRequest, CassandraResponse } from './messages.js';

type Asked = CassandraRequest | CassandraEvent;

/** `SELECT shop.orders`, `BATCH`; `OK` or the error code; the name of the error. */
export function describe(request: Asked, response: CassandraResponse | null): Description {
  const name = nameOf(request);
  if (response === null) return { name, status: null, error: null };
  const { opcode, errorCode } = response;
  if (opcode !== 'ERROR') return { name, status: 'OK', error: null };
  if (errorCode === undefined) return { name, status: 'ERROR', error: 'ERROR' };
  return { name, status: errorCode, error: errorName(errorCode) };
}

/** OpenTelemetry's attributes of databases and of Cassandra. */
export function attributes(request: Asked, response: CassandraResponse | null): Attributes {
  const all: Attributes = { [SEMCONV.DB_SYSTEM_NAME]: 'cassandra', [SEMCONV.DB_OPERATION_NAME]: request.operation };
  if (request.kind === 'oneway') return all;
  const statement = statementOf(request);
  if (statement !== null) {
    all[SEMCONV.DB_QUERY_TEXT] = statement;
    const { summary, operation } = summarise(statement);
    if (summary !== null) all[SEMCONV.DB_QUERY_SUMMARY] = summary;
    if (operation !== null && request.operation !== 'BATCH') all[SEMCONV.DB_OPERATION_NAME] = operation;
  }
  const keyspace = response?.keyspace ?? request.keyspace;
  if (keyspace !== null && keyspace !== undefined) all[SEMCONV.DB_NAMESPACE] = keyspace;
  const table = response?.table ?? request.table;
  if (table !== undefined) all[SEMCONV.DB_COLLECTION_NAME] = table;
  if (request.statements !== undefined && request.statements > 1) {
    all[SEMCONV.DB_OPERATION_BATCH_SIZE] = request.statements;
  }
  if (request.consistency !== undefined) all['cassandra.consistency.level'] = request.consistency.toLowerCase();
  if (response === null) return all;
  if (response.rows !== undefined) all[SEMCONV.DB_RESPONSE_RETURNED_ROWS] = response.rows;
  if (response.errorCode !== undefined) {
    all[SEMCONV.DB_RESPONSE_STATUS_CODE] = String(response.errorCode);
    all[SEMCONV.ERROR_TYPE] = errorName(response.errorCode);
  }
  return all;
}

function nameOf(request: Asked): string {
  if (request.kind === 'oneway') return request.resource === null ? 'EVENT' : `EVENT ${request.resource}`;
  const statement = statementOf(request);
  if (statement === null || request.operation === 'BATCH') return request.operation;
  const { summary } = summarise(statement);
  if (summary === null) return request.operation;
  return request.operation === 'PREPARE' ? `PREPARE ${summary}` : summary;
}

function statementOf({ operation, resource }: CassandraRequest): string | null {
  return operation === 'REGISTER' ? null : resource;
}
