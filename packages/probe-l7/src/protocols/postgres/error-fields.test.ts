import { describe, expect, it } from 'vitest';
import { maskMessage } from './error-fields.js';
import { affectedRows, returnsRows } from './tag.js';

describe('maskMessage', () => {
  it.each([
    ['22P02', 'invalid input syntax for type integer: "12x"', 'invalid input syntax for type integer: ?'],
    ['42601', 'syntax error at or near "secret"', 'syntax error at or near ?'],
    ['42P01', 'relation "orders" does not exist', 'relation "orders" does not exist'],
    ['28P01', 'password authentication failed for user "a"', 'password authentication failed for user "a"'],
    ['23505', 'violates unique constraint "orders_key"', 'violates unique constraint "orders_key"'],
    ['28000', 'no pg_hba.conf entry for host "::1", user "a"', 'no pg_hba.conf entry for host "::1", user "a"'],
    ['42703', 'la colonne « x » n’existe pas', 'la colonne « x » n’existe pas'],
    ['42P01', 'Relation „orders“ existiert nicht', 'Relation „orders“ existiert nicht'],
    ['22P02', 'type integer: "{"password":"secret"}"', 'type integer: ?'],
    ['22P02', 'type integer: "it"secret"', 'type integer: ?'],
    ['22P02', 'ungültige Eingabesyntax: „secret“', 'ungültige Eingabesyntax: ?'],
    ['22P02', 'syntaxe en entrée invalide : « secret »', 'syntaxe en entrée invalide : ?'],
    ['42601', 'unterminated quoted string at or near "\'secret', 'unterminated quoted string at or near ?'],
    ['42704', 'column "a"secret" does not exist', 'column ? does not exist'],
    ['08001', 'could not connect: host=h password=secret', 'could not connect: host=h password=?'],
    ['P0001', 'order secret is gone', '?'],
    ['P0004', 'secret', '?'],
    ['38000', 'ValueError: secret', '?'],
    ['U0001', 'secret', '?'],
    ['', 'secret', '?'],
    ['40P01', 'deadlock detected', 'deadlock detected'],
    ['XX000', 'cache lookup failed', 'cache lookup failed'],
  ])('%s: %s', (sqlState, message, masked) => {
    expect(maskMessage(message, sqlState)).toBe(masked);
  });
});

describe('command tags', () => {
  const rows = (tag: string) => affectedRows(Buffer.from(tag), 0, tag.length);

  it('count changed rows', () => {
    expect([rows('INSERT 0 12'), rows('UPDATE 0'), rows('DELETE 345'), rows('COPY 9'), rows('MERGE 1')]).toEqual([
      12, 0, 345, 9, 1,
    ]);
  });

  it('count nothing else', () => {
    expect([rows('SELECT 5'), rows('CREATE TABLE'), rows('DROP X2'), rows('COMMIT'), rows('')]).toEqual(
      Array(5).fill(undefined),
    );
  });

  it('tell whether rows are returned', () => {
    expect(['SELECT 0', 'FETCH 3', 'SHOW', 'INSERT 0 1', 'COMMIT'].map(returnsRows)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
