import { expect, it, describe as suite } from 'vitest';
import { Command, commandName, isOneWay } from './commands.js';
import { attributes, describe } from './describe.js';
import { MysqlRequest, MysqlResponse } from './messages.js';

const request = (command: number, resource: string | null, mariadb = false) => {
  const made = new MysqlRequest('request', command, commandName(command)!, mariadb);
  made.resource = resource;
  made.database = 'shop';
  return made;
};
const failed = Object.assign(new MysqlResponse(), { result: 'ERR', errorCode: 1146, sqlState: '42S02' });

suite('describe', () => {
  it('names a statement by its summary and anything else by its command', () => {
    expect(describe(request(Command.query, 'select * from orders'), null).name).toBe('SELECT orders');
    expect(describe(request(Command.execute, null), null).name).toBe('STMT_EXECUTE');
    expect(describe(request(Command.initDatabase, 'shop'), null).name).toBe('INIT_DB');
    expect(describe(request(Command.login, 'bob'), null).name).toBe('login');
  });

  it('says OK, the error number, or nothing', () => {
    expect(describe(request(Command.query, null), new MysqlResponse())).toMatchObject({ status: 'OK', error: null });
    expect(describe(request(Command.query, null), failed)).toMatchObject({ status: 1146, error: '1146' });
    expect(describe(request(Command.query, null), null)).toMatchObject({ status: null, error: null });
    const unfinished = Object.assign(new MysqlResponse(), { result: 'RESULTSET', rows: 3, truncated: true });
    expect(describe(request(Command.query, null), unfinished)).toMatchObject({ status: null, error: null });
  });

  it('says ERR for an error whose number was cut', () => {
    const cut = Object.assign(new MysqlResponse(), { result: 'ERR' });
    expect(describe(request(Command.query, null), cut)).toMatchObject({ status: 'ERR', error: 'ERR' });
  });
});

suite('attributes', () => {
  it('follows the conventions for MySQL and MariaDB', () => {
    const response = Object.assign(new MysqlResponse(), { result: 'RESULTSET', rows: 3 });
    expect(attributes(request(Command.query, 'select * from orders'), response)).toEqual({
      'db.system.name': 'mysql',
      'db.namespace': 'shop',
      'db.query.text': 'select * from orders',
      'db.query.summary': 'SELECT orders',
      'db.operation.name': 'SELECT',
      'db.response.returned_rows': 3,
    });
    expect(attributes(request(0x0e, null, true), null)).toEqual({
      'db.system.name': 'mariadb',
      'db.namespace': 'shop',
      'db.operation.name': 'PING',
    });
  });

  it('gives the number of an error as text', () => {
    expect(attributes(request(Command.query, 'select 1'), failed)['db.response.status_code']).toBe('1146');
  });
});

suite('commands', () => {
  it('have the names of the documentation, and none where no client sends them', () => {
    expect([0x03, 0x17, 0x1f, 0xfa].map(commandName)).toEqual([
      'QUERY',
      'STMT_EXECUTE',
      'RESET_CONNECTION',
      'STMT_BULK_EXECUTE',
    ]);
    expect([0x00, 0x0b, 0x0f, 0x1d, 0x7f].map(commandName)).toEqual(Array(5).fill(null));
  });

  it('are answered but for three', () => {
    expect([...Array(0x22).keys()].filter(isOneWay)).toEqual([0x01, 0x18, 0x19]);
  });
});
