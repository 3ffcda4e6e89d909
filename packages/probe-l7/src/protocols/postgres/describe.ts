import type { Attributes, Description, Message } from '@sonde/core';
import { summarise } from '../../sql/statements.js';
import { PostgresRequest, PostgresResponse } from './messages.js';

/** Name, status and error of an exchange. The status is `OK`, the SQLSTATE, or null where the answer's end is missing. */
export function describe(request: Message, response: Message | null): Description {
  const name = nameOf(request);
  if (!(response instanceof PostgresResponse)) return { name, status: null, error: null };
  const { sqlState, tag, truncated } = response;
  if (sqlState !== undefined) return { name, status: sqlState, error: sqlState };
  return { name, status: truncated === true && tag === null ? null : 'OK', error: null };
}

function nameOf(request: Message): string {
  const sql = sqlOf(request);
  return (sql === null ? null : summarise(sql).summary) ?? `${request.operation}`;
}

/** The statement, for requests that carry one. */
function sqlOf(request: Message): string | null {
  if (!(request instanceof PostgresRequest)) return null;
  return request.operation === 'startup' || request.operation === 'function' ? null : request.resource;
}

/** Attributes by the semantic conventions for databases and for PostgreSQL. */
export function attributes(request: Message, response: Message | null): Attributes {
  const all: Attributes = { 'db.system.name': 'postgresql' };
  const sql = sqlOf(request);
  if (sql !== null) {
    all['db.query.text'] = sql;
    const { summary, operation } = summarise(sql);
    if (summary !== null) all['db.query.summary'] = summary;
    if (operation !== null) all['db.operation.name'] = operation;
  } else if (typeof request.operation === 'string') all['db.operation.name'] = request.operation;
  if (request instanceof PostgresRequest && request.database !== null) all['db.namespace'] = request.database;
  if (response instanceof PostgresResponse) {
    if (response.sqlState !== undefined) all['db.response.status_code'] = response.sqlState;
    else if (response.rows !== undefined) all['db.response.returned_rows'] = response.rows;
  }
  return all;
}
