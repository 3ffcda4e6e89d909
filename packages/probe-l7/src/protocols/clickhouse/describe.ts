import type { Attributes, Description, Message } from '@sonde/core';
import { summarise } from '../../sql/statements.js';
import { ClickhouseRequest, ClickhouseResponse } from './messages.js';

/** Name, status and error of an exchange. The status is `OK`, the code of the error, or null where the end is missing. */
export function describe(request: Message, response: Message | null): Description {
  const name = nameOf(request);
  if (!(response instanceof ClickhouseResponse) || response.result === null) return { name, status: null, error: null };
  if (response.result !== 'Exception') return { name, status: 'OK', error: null };
  const code = response.errorCode ?? 0;
  return { name, status: code, error: String(code) };
}

function nameOf(request: Message): string {
  const statement = request instanceof ClickhouseRequest && request.isQuery ? request.resource : null;
  return (statement === null ? null : summarise(statement).summary) ?? `${request.operation}`;
}

/** Attributes by the semantic conventions for databases. */
export function attributes(request: Message, response: Message | null): Attributes {
  const all: Attributes = { 'db.system.name': 'clickhouse' };
  if (typeof request.operation === 'string') all['db.operation.name'] = request.operation;
  if (request instanceof ClickhouseRequest) {
    if (request.isQuery && request.resource !== null) {
      all['db.query.text'] = request.resource;
      const { summary } = summarise(request.resource);
      if (summary !== null) all['db.query.summary'] = summary;
    }
    if (request.database !== null) all['db.namespace'] = request.database;
  }
  if (response instanceof ClickhouseResponse) {
    if (response.errorCode !== undefined) all['db.response.status_code'] = String(response.errorCode);
    if (response.rows !== undefined) all['db.response.returned_rows'] = response.rows;
  }
  return all;
}
