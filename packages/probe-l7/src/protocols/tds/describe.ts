import type { Attributes, Description, Message } from '@sonde/core';
import { summarise } from '../../sql/statements.js';
import { TdsRequest, TdsResponse } from './messages.js';

/** Names of transactions' ends and beginnings, as a statement would say them. */
const TRANSACTIONS = new Map([
  ['TM_BEGIN_XACT', 'BEGIN'],
  ['TM_COMMIT_XACT', 'COMMIT'],
  ['TM_ROLLBACK_XACT', 'ROLLBACK'],
  ['TM_SAVE_XACT', 'SAVE'],
]);

/** Name, status and error of an exchange. The status is `OK`, the number of the first error, or null where the answer's end is missing. */
export function describe(request: Message, response: Message | null): Description {
  const name = nameOf(request);
  if (!(response instanceof TdsResponse)) return { name, status: null, error: null };
  if (response.result === null) return { name, status: null, error: null };
  if (response.result === 'OK') return { name, status: 'OK', error: null };
  const { errorCode } = response;
  return { name, status: errorCode ?? 'ERROR', error: errorCode === undefined ? 'ERROR' : String(errorCode) };
}

function nameOf(request: Message): string {
  if (!(request instanceof TdsRequest)) return `${request.operation}`;
  if (request.isStatement) return summarise(request.resource!).summary ?? request.operation;
  if (request.procedure !== undefined) return `EXECUTE ${request.procedure}`;
  return TRANSACTIONS.get(request.operation) ?? request.operation;
}

/** Attributes by the semantic conventions for databases and for Microsoft SQL Server. */
export function attributes(request: Message, response: Message | null): Attributes {
  const all: Attributes = { 'db.system.name': 'microsoft.sql_server' };
  if (request instanceof TdsRequest) {
    const operation = request.procedure === undefined ? TRANSACTIONS.get(request.operation) : 'EXECUTE';
    all['db.operation.name'] = operation ?? request.operation;
    if (request.isStatement) {
      const sql = request.resource!;
      all['db.query.text'] = sql;
      const { summary, operation: verb } = summarise(sql);
      if (summary !== null) all['db.query.summary'] = summary;
      if (verb !== null) all['db.operation.name'] = verb;
    }
    if (request.procedure !== undefined) all['db.stored_procedure.name'] = request.procedure;
    if (request.database !== null) all['db.namespace'] = request.database;
  }
  if (response instanceof TdsResponse) {
    if (response.errorCode !== undefined) all['db.response.status_code'] = String(response.errorCode);
    if (response.rows !== undefined) all['db.response.returned_rows'] = response.rows;
  }
  return all;
}
