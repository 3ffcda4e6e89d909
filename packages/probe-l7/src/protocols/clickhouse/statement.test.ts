import { createRedactor } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { statements } from './statement.js';

const masked = statements(createRedactor(true));

describe('a statement', () => {
  it.each([
    ['SELECT 1', 'SELECT'],
    ['  insert into t values', 'INSERT'],
    ['SYSTEM FLUSH LOGS', 'SYSTEM'],
    ['exchange TABLES a AND b', 'EXCHANGE'],
    ['EXISTS t', 'EXISTS'],
    ['(SELECT 1)', 'SELECT'],
    ['?', 'Query'],
    ['', 'Query'],
  ])('%j has the operation %s', (sql, operation) => expect(masked.get(sql).operation).toBe(operation));

  it.each([
    ["SELECT * FROM t WHERE a = 'secret' AND b = 7", 'SELECT * FROM t WHERE a = ? AND b = ?'],
    ['INSERT INTO t FORMAT CSV\n1,secret', 'INSERT INTO t FORMAT CSV'],
    ['insert into t (a, b) format JSONEachRow {"a": "secret"}', 'insert into t (a, b) format JSONEachRow'],
    ["SELECT $$secret$$, 'it\\'s secret'", 'SELECT ?, ?'],
  ])('%j is shown as %j', (sql, text) => expect(masked.get(sql).text).toBe(text));

  it('is shown as it is where nothing is to be masked', () => {
    const sql = "INSERT INTO t FORMAT CSV\n1,'text'";
    expect(statements(createRedactor(false)).get(sql)).toEqual({ text: sql, operation: 'INSERT' });
  });

  it('is read once for all connections that share a redactor', () => {
    const redactor = createRedactor(true);
    expect(statements(redactor)).toBe(statements(redactor));
    expect(statements(redactor).get('SELECT 2')).toBe(statements(redactor).get('SELECT 2'));
  });
});
