import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sqlOperation, sqlSummary } from './sql-summary.js';

describe('a summary', () => {
  it.each([
    ['SELECT * FROM users WHERE id = 1', 'SELECT users'],
    ['select u.id from Public.Users u', 'SELECT Public.Users'],
    ['SELECT "id" FROM "public"."users"', 'SELECT public.users'],
    ['SELECT `id` FROM `users`', 'SELECT users'],
    ['SELECT * FROM [dbo].[users]', 'SELECT dbo.users'],
    ['SELECT 1', 'SELECT'],
    ['SELECT now()', 'SELECT'],
    ['SELECT * FROM songs, artists', 'SELECT songs'],
    ['SELECT a FROM (SELECT b FROM inner_table) x', 'SELECT inner_table'],
    ['SELECT (SELECT count(*) FROM a), b FROM c', 'SELECT a'],
    ['SELECT extract(year FROM created) FROM orders', 'SELECT orders'],
    ["SELECT trim(both 'x' FROM name), a IS DISTINCT FROM b FROM t", 'SELECT t'],
    ['SELECT * FROM generate_series(1, 3)', 'SELECT generate_series'],
    ['(SELECT a FROM t) UNION (SELECT b FROM u)', 'SELECT t'],
    ['/* app=web */ SELECT a -- b\nFROM t', 'SELECT t'],
    ['WITH x AS (SELECT a FROM t) SELECT * FROM x', 'SELECT x'],
    ['WITH RECURSIVE x AS (SELECT 1) INSERT INTO t SELECT * FROM x', 'INSERT t'],
    ['INSERT INTO orders (id) VALUES (1)', 'INSERT orders'],
    ['INSERT IGNORE INTO `orders` VALUES (1)', 'INSERT orders'],
    ['INSERT orders VALUES (1)', 'INSERT orders'],
    ['INSERT INTO shipping SELECT id FROM orders', 'INSERT shipping'],
    ['REPLACE INTO t VALUES (1)', 'REPLACE t'],
    ['UPDATE ONLY accounts SET a = 1', 'UPDATE accounts'],
    ['UPDATE LOW_PRIORITY t SET a = 1', 'UPDATE t'],
    ['DELETE FROM sessions WHERE id = 1', 'DELETE sessions'],
    ['MERGE INTO t USING s ON (1=1)', 'MERGE t'],
    ['COPY users (id) FROM STDIN', 'COPY users'],
    ['COPY (SELECT * FROM t) TO STDOUT', 'COPY t'],
    ['TRUNCATE TABLE t', 'TRUNCATE t'],
    ['CALL pay(1)', 'CALL pay'],
    ['CREATE TABLE IF NOT EXISTS t (id int)', 'CREATE TABLE t'],
    ['CREATE OR REPLACE TEMPORARY VIEW v AS SELECT 1', 'CREATE VIEW v'],
    ['CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)', 'CREATE INDEX i'],
    ['CREATE INDEX ON t (a)', 'CREATE INDEX'],
    ["CREATE USER bob PASSWORD 'x'", 'CREATE USER'],
    ['DROP TABLE t', 'DROP TABLE t'],
    ['BEGIN', 'BEGIN'],
    ['commit;', 'COMMIT'],
    ['SET search_path TO x', 'SET'],
    ['EXPLAIN ANALYZE SELECT * FROM t', 'EXPLAIN'],
    ['PREPARE p1 AS SELECT 1', 'PREPARE'],
    ['SELECT * FROM users WHERE na', 'SELECT users'],
    ['SELECT * FROM use', 'SELECT use'],
    ['SELECT * FR', 'SELECT'],
  ])('of %s is %s', (text, summary) => {
    expect(sqlSummary(text)).toBe(summary);
  });

  it.each(['', '   ', 'hello world', '\0\x01binary', '123', "'SELECT'", 'SELEC'])(
    'of %j, which is no SQL, is null',
    (text) => {
      expect(sqlSummary(text)).toBeNull();
      expect(sqlOperation(text)).toBeNull();
    },
  );

  it('leaves the target out where dialects disagree on what is a literal', () => {
    const text = "SELECT 'a\\', ' FROM secret x'";
    expect(sqlSummary(text)).toBe('SELECT');
    expect(sqlSummary(text, 'mysql')).toBe('SELECT');
    expect(sqlSummary(text, 'postgresql')).toBe('SELECT');
  });

  it('is at most 255 characters long', () => {
    const name = 'x'.repeat(300);
    expect(sqlSummary(`SELECT a FROM ${name}.${name}.${name}.${name}`)!.length).toBeLessThanOrEqual(255);
  });

  it('never holds what stands in quotes', () => {
    const piece = fc.constantFrom(
      ...[
        "'sEcReT'",
        "'it''s sEcReT'",
        'SELECT',
        'FROM',
        'INTO',
        'INSERT',
        'UPDATE',
        'CREATE',
        'TABLE',
        'WITH',
        'x AS',
      ],
      ...['(', ')', '.', ',', 't', '"t"', "''", '1', ';', 'extract', 'DISTINCT', '/* sEcReT */'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 15 }), (pieces) => {
        expect(sqlSummary(`SELECT ${pieces.join(' ')}`) ?? '').not.toContain('sEcReT');
      }),
      { numRuns: 3000 },
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        sqlSummary(text);
        sqlSummary(`SELECT ${text}`);
        sqlSummary(`WITH ${text}`);
      }),
    );
  });

  it.each(['(', 'SELECT ', 'SELECT (', 'WITH x AS (', 'FROM ', 'a.', '"'])(
    'takes bounded time on a megabyte of %s',
    (piece) => {
      const started = performance.now();
      sqlSummary(`SELECT ${piece.repeat(1_000_000 / piece.length)}`);
      expect(performance.now() - started).toBeLessThan(1000);
    },
  );
});

describe('the operation', () => {
  it.each([
    ['select 1', 'SELECT'],
    ['WITH a AS (SELECT 1) DELETE FROM t', 'DELETE'],
    ['CREATE TABLE t ()', 'CREATE'],
    ['ROLLBACK TO SAVEPOINT s1', 'ROLLBACK'],
    ['  \n-- x\nUPDATE t SET a = 1', 'UPDATE'],
  ])('of %s is %s', (text, operation) => {
    expect(sqlOperation(text)).toBe(operation);
  });
});
