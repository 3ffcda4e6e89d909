import { expect, it, describe as suite } from 'vitest';
import { attributes, describe } from './describe.js';
import { CONTROL, TdsRequest, TdsResponse } from './messages.js';

const request = (operation: string, more: Partial<TdsRequest> = {}) => Object.assign(new TdsRequest(operation), more);
const statement = (text: string) => request('SQLBatch', { statement: text } as Partial<TdsRequest>);
const response = (more: Partial<TdsResponse>) => Object.assign(new TdsResponse(), more);
const OK = response({ result: 'OK' });

suite('an exchange', () => {
  it.each([
    ['SELECT orders', statement('SELECT * FROM orders WHERE id = ?')],
    ['SQLBatch', statement('?')],
    ['EXECUTE dbo.orders_of', request('RPC', { procedure: 'dbo.orders_of', resource: 'dbo.orders_of' })],
    ['BEGIN', request('TM_BEGIN_XACT')],
    ['COMMIT', request('TM_COMMIT_XACT')],
    ['ROLLBACK', request('TM_ROLLBACK_XACT')],
    ['SAVE', request('TM_SAVE_XACT')],
    ['TM_PROMOTE_XACT', request('TM_PROMOTE_XACT')],
    ['Login7', request('Login7', { resource: 'app' })],
  ])('has the name %s', (name, asked) => {
    expect(describe(asked, OK)).toEqual({ name, status: 'OK', error: null });
  });

  it.each([
    ['the number of its first error', response({ result: 'ERROR', errorCode: 208 }), 208, '208'],
    ['ERROR, where nobody saw the number', response({ result: 'ERROR' }), 'ERROR', 'ERROR'],
    ['none, where the end is missing', response({ rows: 3 }), null, null],
    ['none without an answer', null, null, null],
  ])('has the status: %s', (_what, answered, status, error) => {
    expect(describe(statement('SELECT * FROM t'), answered)).toEqual({ name: 'SELECT t', status, error });
  });

  it('has attributes by the conventions', () => {
    const asked = Object.assign(statement('SELECT * FROM orders'), { database: 'shop' });
    expect(attributes(asked, response({ result: 'ERROR', rows: 2, errorCode: 8134 }))).toEqual({
      'db.system.name': 'microsoft.sql_server',
      'db.operation.name': 'SELECT',
      'db.query.text': 'SELECT * FROM orders',
      'db.query.summary': 'SELECT orders',
      'db.namespace': 'shop',
      'db.response.status_code': '8134',
      'db.response.returned_rows': 2,
    });
  });

  it('of a procedure has its name', () => {
    const asked = request('RPC', { procedure: 'orders_of', resource: 'orders_of' });
    expect(attributes(asked, null)).toEqual({
      'db.system.name': 'microsoft.sql_server',
      'db.operation.name': 'EXECUTE',
      'db.stored_procedure.name': 'orders_of',
    });
    expect(attributes(request('TM_BEGIN_XACT'), null)).toMatchObject({ 'db.operation.name': 'BEGIN' });
    expect(attributes(CONTROL, null)).toEqual({ 'db.system.name': 'microsoft.sql_server' });
  });
});
