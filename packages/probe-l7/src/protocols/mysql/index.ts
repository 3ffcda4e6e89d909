/**
 * The client/server protocol of MySQL and MariaDB, version 10: text and prepared statements, several results, cursors,
 * errors, local files, logins.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7, mysql } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], protocols: [mysql] });
 * for await (const span of agent.spans()) console.log(span.name, span.status); // SELECT orders OK
 * ```
 *
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html
 * @see https://mariadb.com/kb/en/clientserver-protocol/
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { MysqlConnection } from './connection.js';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { MysqlMessage } from './messages.js';
import { MysqlRequestParser } from './request.js';
import { MysqlResponseParser } from './response.js';

export type { MysqlMessage, MysqlRequest, MysqlResponse, MysqlResult } from './messages.js';

/** The MySQL and MariaDB protocol plugin. */
export const mysql = defineProtocol<MysqlMessage, MysqlConnection>({
  apiVersion: 1,
  name: 'mysql',
  description: 'MySQL, MariaDB and databases that speak their protocol',
  module: import.meta.url,
  exportName: 'mysql',
  support: {
    versions: ['MySQL 4.1 to 9', 'MariaDB 5 to 11'],
    limits: [
      'Encrypted connections are read only where a TLS source shows the plaintext.',
      'Compressed connections are recognised by their login and read no further.',
      'The statement of a STMT_EXECUTE is known only if its STMT_PREPARE was seen.',
      'A binary log is reported as the command that asks for it; its events are stepped over.',
    ],
  },
  detect,
  match: 'fifo',
  metric: { name: 'db.client.operation.duration', description: 'Duration of database operations' },
  captureBytes: 16_384,
  timeoutMs: 3_600_000,
  createConnection: () => new MysqlConnection(),
  createStream: (direction, context) =>
    direction === 'request' ? new MysqlRequestParser(context) : new MysqlResponseParser(context),
  describe,
  attributes,
});
