import { expect, it, describe as suite } from 'vitest';
import { attributes, describe } from './describe.js';
import { ClickhouseRequest, ClickhouseResponse, CONTROL } from './messages.js';

const query = (text: string, more: Partial<ClickhouseRequest> = {}) =>
  Object.assign(new ClickhouseRequest('SELECT', true), { resource: text, ...more });
const response = (more: Partial<ClickhouseResponse>) => Object.assign(new ClickhouseResponse(), more);

suite('an exchange', () => {
  it.each([
    ['SELECT orders', query('SELECT * FROM orders')],
    ['Ping', new ClickhouseRequest('Ping')],
    ['Hello', Object.assign(new ClickhouseRequest('Hello'), { resource: 'app' })],
    ['SELECT', Object.assign(new ClickhouseRequest('SELECT', true), { resource: null })],
  ])('has the name %s', (name, request) => {
    expect(describe(request, response({ result: 'EndOfStream' }))).toEqual({ name, status: 'OK', error: null });
  });

  it.each([
    ['the code of the error', response({ result: 'Exception', errorCode: 60 }), 60, '60'],
    ['0 for an error without a code', response({ result: 'Exception' }), 0, '0'],
    ['none where the end is missing', response({ rows: 3 }), null, null],
    ['none without an answer', null, null, null],
  ])('has the status: %s', (_what, answered, status, error) => {
    expect(describe(query('SELECT * FROM t'), answered)).toEqual({ name: 'SELECT t', status, error });
  });

  it('has attributes by the conventions', () => {
    const asked = query('SELECT * FROM orders', { database: 'shop' });
    expect(attributes(asked, response({ result: 'Exception', errorCode: 60, rows: 2 }))).toEqual({
      'db.system.name': 'clickhouse',
      'db.operation.name': 'SELECT',
      'db.query.text': 'SELECT * FROM orders',
      'db.query.summary': 'SELECT orders',
      'db.namespace': 'shop',
      'db.response.status_code': '60',
      'db.response.returned_rows': 2,
    });
    expect(attributes(new ClickhouseRequest('Ping'), null)).toEqual({
      ...{ 'db.system.name': 'clickhouse', 'db.operation.name': 'Ping' },
    });
    expect(attributes(CONTROL, null)).toEqual({ 'db.system.name': 'clickhouse' });
  });
});
