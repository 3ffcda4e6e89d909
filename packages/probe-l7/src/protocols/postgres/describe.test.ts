import { expect, it, describe as suite } from 'vitest';
import { attributes, describe } from './describe.js';
import { PostgresRequest, PostgresResponse } from './messages.js';

const request = (operation: 'query' | 'startup' | 'function' | 'parse', resource: string | null) => {
  const made = new PostgresRequest('request', operation, resource, 0);
  made.database = 'shop';
  return made;
};
const failed = Object.assign(new PostgresResponse(), { sqlState: '42P01', errorCode: '42P01' });

suite('describe', () => {
  it('names a statement by its summary and anything else by its operation', () => {
    expect(describe(request('query', 'select * from orders'), null).name).toBe('SELECT orders');
    expect(describe(request('query', 'selec'), null).name).toBe('query');
    expect(describe(request('parse', null), null).name).toBe('parse');
    expect(describe(request('startup', 'alice'), null).name).toBe('startup');
  });

  it('says OK, the SQLSTATE, or nothing', () => {
    expect(describe(request('query', null), new PostgresResponse())).toMatchObject({ status: 'OK', error: null });
    expect(describe(request('query', null), failed)).toMatchObject({ status: '42P01', error: '42P01' });
    expect(describe(request('query', null), null)).toMatchObject({ status: null, error: null });
    const unfinished = Object.assign(new PostgresResponse(), { rows: 3, truncated: true });
    expect(describe(request('query', null), unfinished)).toMatchObject({ status: null, error: null });
  });
});

suite('attributes', () => {
  it('follows the conventions for PostgreSQL', () => {
    const response = Object.assign(new PostgresResponse(), { tag: 'SELECT 3', rows: 3 });
    expect(attributes(request('query', 'select * from orders'), response)).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'shop',
      'db.query.text': 'select * from orders',
      'db.query.summary': 'SELECT orders',
      'db.operation.name': 'SELECT',
      'db.response.returned_rows': 3,
    });
  });

  it('gives the SQLSTATE of an error', () => {
    expect(attributes(request('query', 'select 1'), failed)['db.response.status_code']).toBe('42P01');
  });

  it('does not take a user for a statement', () => {
    expect(attributes(request('startup', 'alice'), null)).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'shop',
      'db.operation.name': 'startup',
    });
  });
});
