import { createRedactor } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { type Prepared, PreparedStatements, preparedStatements } from './prepared-statements.js';
import { cqlMasker } from './statements.js';

const mask = (cql: string) => cqlMasker(createRedactor(true)).get(cql);

describe('CQL fit to be shown', () => {
  it.each([
    ["SELECT * FROM a WHERE s = 'hunter2'", 'SELECT * FROM a WHERE s = ?'],
    ["INSERT INTO a (s) VALUES ('it''s hunter2')", 'INSERT INTO a (s) VALUES (?)'],
    ['UPDATE a SET s = $$hunter2$$ WHERE id = 7', 'UPDATE a SET s = ? WHERE id = ?'],
    ['SELECT * FROM a WHERE id = 123e4567-e89b-12d3-a456-426614174000', 'SELECT * FROM a WHERE id = ?'],
    ['SELECT * FROM a WHERE id = E23E4567-E89B-12D3-A456-426614174000', 'SELECT * FROM a WHERE id = ?'],
    ['INSERT INTO a (b) VALUES (0xCAFEBABE)', 'INSERT INTO a (b) VALUES (?)'],
    ['SELECT "Secret" FROM "Shop"."Orders"', 'SELECT "Secret" FROM "Shop"."Orders"'],
    ['SELECT s FROM a WHERE id = ? AND t = :t', 'SELECT s FROM a WHERE id = ? AND t = :t'],
  ])('makes of %s', (cql, shown) => {
    expect(mask(cql)).toBe(shown);
  });

  it.each(["CREATE ROLE maria WITH PASSWORD = 'hunter2' AND LOGIN = true", "ALTER USER maria WITH PASSWORD 'hunter2'"])(
    'shows no password of %s',
    (cql) => {
      expect(mask(cql)).not.toContain('hunter2');
    },
  );

  it('leaves all as it is where nothing is to be masked', () => {
    const cql = "SELECT * FROM a WHERE id = 123e4567-e89b-12d3-a456-426614174000 AND s = 'x'";
    expect(cqlMasker(createRedactor(false)).get(cql)).toBe(cql);
  });
});

describe('statements that were prepared', () => {
  const entry = (statement: string): Prepared => ({ hex: '00', statement, keyspace: undefined, table: undefined });

  it('are found by their id', () => {
    const statements = new PreparedStatements();
    statements.set('a', entry('SELECT 1'));
    expect(statements.get('a')).toMatchObject({ statement: 'SELECT 1' });
    expect(statements.get('b')).toBeUndefined();
  });

  it('are bounded in number, and those in use stay', () => {
    const statements = new PreparedStatements();
    statements.set('used', entry('SELECT 1'));
    for (let n = 0; n < 10_000; n++) {
      statements.set(`id ${n}`, entry('SELECT 2'));
      if (n % 1000 === 0) expect(statements.get('used'), `${n}`).toBeDefined();
    }
    expect(statements.get('id 0')).toBeUndefined();
    expect(statements.get('id 9999')).toBeDefined();
  });

  it('are bounded in length', () => {
    const statements = new PreparedStatements();
    statements.set('a', entry(`SELECT ${'x'.repeat(100_000)}`));
    expect(statements.get('a')!.statement.length).toBeLessThan(3000);
  });

  it('are shared by all that mask alike, and by no other', () => {
    const redact = createRedactor(true);
    expect(preparedStatements(redact)).toBe(preparedStatements(redact));
    expect(preparedStatements(redact)).not.toBe(preparedStatements(createRedactor(false)));
  });
});
