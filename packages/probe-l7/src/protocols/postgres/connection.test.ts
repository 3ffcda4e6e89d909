import { describe, expect, it } from 'vitest';
import { PostgresConnection } from './connection.js';

describe('PostgresConnection', () => {
  it('tells statements by name, the unnamed one among them', () => {
    const connection = new PostgresConnection();
    connection.prepare('', 'select 1');
    connection.prepare('a', 'select 2');
    expect([connection.sqlOf(''), connection.sqlOf('a'), connection.sqlOf('b')]).toEqual([
      'select 1',
      'select 2',
      null,
    ]);
    connection.closeStatement('a');
    connection.closeStatement('');
    expect([connection.sqlOf(''), connection.sqlOf('a')]).toEqual([null, null]);
  });

  it('lets a portal keep the text that it was made of', () => {
    const connection = new PostgresConnection();
    connection.bind('cursor', 's', 'select 1');
    connection.bind('', 's', 'select 1');
    connection.bind('', 't', 'select 2');
    expect(connection.portal('cursor')).toEqual({ statement: 's', sql: 'select 1' });
    expect(connection.portal('')).toEqual({ statement: 't', sql: 'select 2' });
    connection.closePortal('cursor');
    expect(connection.portal('cursor')).toBeNull();
  });

  it('keeps named statements over a loss, and nothing that has no name of its own', () => {
    const connection = new PostgresConnection();
    connection.prepare('', 'select 1');
    connection.prepare('a', 'select 2');
    connection.bind('', '', 'select 1');
    connection.bind('p', 'a', 'select 2');
    connection.forgetUnnamed();
    expect([connection.sqlOf(''), connection.sqlOf('a')]).toEqual([null, 'select 2']);
    expect([connection.portal(''), connection.portal('p')]).toEqual([{ statement: null, sql: null }, null]);
  });

  it('takes everything for answered after a loss', () => {
    const connection = new PostgresConnection();
    connection.batch = 5;
    connection.answered = 2;
    connection.failed = 5;
    expect(connection.skipping).toBe(true);
    connection.lose();
    expect(connection).toMatchObject({ answered: 5, failed: -1, synchronised: false, skipping: false });
  });

  it('makes room for new names by forgetting the oldest', () => {
    const connection = new PostgresConnection();
    for (let i = 0; i <= 1024; i++) connection.prepare(`s${i}`, `select ${i}`);
    expect([connection.sqlOf('s0'), connection.sqlOf('s1')]).toEqual([null, 'select 1']);
    connection.prepare('s1', 'select again');
    expect([connection.sqlOf('s2'), connection.sqlOf('s1')]).toEqual(['select 2', 'select again']);
  });
});
