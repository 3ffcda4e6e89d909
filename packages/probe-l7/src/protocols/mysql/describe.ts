import type { Attributes, Description, Message } from '@sonde/core';
import { summarise } from '../../sql/statements.js';
import { Command } from './commands.js';
import { MysqlRequest, MysqlResponse } from './messages.js';

/** Name, status and error of an exchange. The status is `OK`, the error number, or null where the answer's end is missing. */
export function describe(request: Message, response: Message | null): Description {
  const name = nameOf(request);
  if (!(response instanceof MysqlResponse)) return { name, status: null, error: null };
  if (response.result !== 'ERR') {
    const unfinished = response.truncated === true && response.result === 'RESULTSET';
    return { name, status: unfinished ? null : 'OK', error: null };
  }
  const { errorCode } = response;
  return { name, status: errorCode ?? 'ERR', error: errorCode === undefined ? 'ERR' : String(errorCode) };
}

function nameOf(request: Message): string {
  const sql = sqlOf(request);
  return (sql === null ? null : summarise(sql).summary) ?? `${request.operation}`;
}

/** The statement, for commands that carry or use one. */
function sqlOf(request: Message): string | null {
  if (!(request instanceof MysqlRequest)) return null;
  switch (request.command) {
    case Command.query:
    case Command.prepare:
    case Command.execute:
    case Command.bulkExecute:
      return request.resource;
    default:
      return null;
  }
}

/** Attributes by the semantic conventions for databases, MySQL and MariaDB. */
export function attributes(request: Message, response: Message | null): Attributes {
  const mariadb = request instanceof MysqlRequest && request.mariadb;
  const all: Attributes = { 'db.system.name': mariadb ? 'mariadb' : 'mysql' };
  const sql = sqlOf(request);
  if (sql !== null) {
    all['db.query.text'] = sql;
    const { summary, operation } = summarise(sql);
    if (summary !== null) all['db.query.summary'] = summary;
    if (operation !== null) all['db.operation.name'] = operation;
  } else if (typeof request.operation === 'string') all['db.operation.name'] = request.operation;
  if (request instanceof MysqlRequest && request.database !== null) all['db.namespace'] = request.database;
  if (response instanceof MysqlResponse) {
    if (response.errorCode !== undefined) all['db.response.status_code'] = String(response.errorCode);
    if (response.rows !== undefined) all['db.response.returned_rows'] = response.rows;
  }
  return all;
}
