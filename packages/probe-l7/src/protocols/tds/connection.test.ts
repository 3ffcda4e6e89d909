import { describe, expect, it } from 'vitest';
import { TdsConnection } from './connection.js';

describe('prepared statements of a connection', () => {
  it('are known by their number until they are released', () => {
    const connection = new TdsConnection();
    connection.unprepared(7);
    expect(connection.statementOf(7)).toBeNull();
    connection.prepared(7, 'SELECT ?');
    connection.prepared(8, 'DELETE');
    connection.unprepared(8);
    expect([connection.statementOf(7), connection.statementOf(8)]).toEqual(['SELECT ?', null]);
  });

  it('are so many at most: the oldest make room', () => {
    const connection = new TdsConnection();
    for (let handle = 0; handle < 5000; handle++) connection.prepared(handle, `statement ${handle}`);
    expect([connection.statementOf(0), connection.statementOf(903)]).toEqual([null, null]);
    expect(connection.statementOf(904)).toBe('statement 904');
    expect(connection.statementOf(4999)).toBe('statement 4999');
  });

  it('are forgotten when the session begins anew, in the database that it began in', () => {
    const connection = new TdsConnection();
    connection.home = 'master';
    connection.database = 'shop';
    connection.prepared(7, 'SELECT ?');
    connection.reset();
    expect([connection.database, connection.statementOf(7)]).toEqual(['master', null]);
  });
});
