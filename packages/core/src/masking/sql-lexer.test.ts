import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SqlDialect } from '../contracts/index.js';
import { SqlLexer } from './sql-lexer.js';
import { readings } from './sql-rules.js';

const DIALECTS: SqlDialect[] = ['postgresql', 'mysql', 'mariadb', 'sqlite', 'microsoft.sql_server', 'oracle.db'];

function tokens(text: string, dialect: SqlDialect): [string, string][] {
  const [rules] = readings(text, dialect, dialect === 'mysql' || dialect === 'mariadb');
  const lexer = new SqlLexer(text, rules!);
  const found: [string, string][] = [];
  for (let token = lexer.next(); token !== 'end'; token = lexer.next()) {
    found.push([token, text.slice(lexer.start, lexer.end)]);
  }
  return found;
}

const shape = (text: string, dialect: SqlDialect) =>
  tokens(text, dialect)
    .filter(([token]) => token !== 'space')
    .map(([token, piece]) => `${token}:${piece}`);

describe('the SQL lexer', () => {
  it.each<[SqlDialect, string, string[]]>([
    ['postgresql', `a "b""c" 'd' $1`, ['word:a', 'identifier:"b""c"', "string:'d'", 'parameter:$1']],
    ['mysql', 'a "b""c" `d`', ['word:a', 'string:"b""c"', 'identifier:`d`']],
    ['microsoft.sql_server', "[a]]b] N'c'", ['identifier:[a]]b]', "string:N'c'"]],
    ['oracle.db', "q'{a'}' :1", ["string:q'{a'}'", 'parameter::1']],
    ['sqlite', '"a" [b] `c` ?', ['string:"a"', 'identifier:[b]', 'identifier:`c`', 'parameter:?']],
    ['postgresql', '$a$b$a$ $$c$$', ['string:$a$b$a$', 'string:$$c$$']],
    ['mysql', '$a$b', ['symbol:$', 'word:a$b']],
    ['postgresql', 'a::int4', ['word:a', 'symbol:::', 'word:int4']],
    ['postgresql', '1.5e-3 .5 0xFF 1_000', ['number:1.5e-3', 'number:.5', 'number:0xFF', 'number:1_000']],
    ['postgresql', '1-2', ['number:1', 'symbol:-', 'number:2']],
    ['postgresql', '-- a\nb', ['comment:-- a', 'word:b']],
    ['mysql', '--a', ['symbol:-', 'symbol:-', 'word:a']],
    ['mysql', '-- a', ['comment:-- a']],
    ['mysql', '# a\nb', ['comment:# a', 'word:b']],
    ['postgresql', '# a', ['symbol:#', 'word:a']],
    ['postgresql', '/*a/*b*/c*/d', ['comment:/*a/*b*/c*/', 'word:d']],
    ['mysql', '/*a/*b*/c', ['comment:/*a/*b*/', 'word:c']],
    ['postgresql', "E'a\\'b'", ["string:E'a\\'b'"]],
    ['postgresql', "E'a'\n'b\\'' c", ["string:E'a'\n'b\\''", 'word:c']],
    ['postgresql', "E'a' 'b\\'", ["string:E'a'", "string:'b\\'"]],
    ['postgresql', "'a\\'b", ["string:'a\\'", 'word:b']],
    ['mysql', "'a\\'b", ["string:'a\\'b"]],
    ['postgresql', 'größe', ['word:größe']],
  ])('of %s reads %s', (dialect, text, expected) => {
    expect(shape(text, dialect)).toEqual(expected);
  });

  it('loses nothing and adds nothing, whatever the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "'",
        '"',
        '`',
        '\\',
        '$',
        '$$',
        '[',
        ']',
        '#',
        '--',
        '/*',
        '*/',
        ':',
        '@',
        '1',
        'e',
        "q'",
        'é',
        '\0',
        '\n',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.constantFrom(...DIALECTS), (pieces, dialect) => {
        const text = pieces.join('');
        const found = tokens(text, dialect);
        expect(found.map(([, each]) => each).join('')).toBe(text);
        expect(found.every(([, each]) => each.length > 0)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a text without a dialect', () => {
  it.each(["SELECT a FROM t WHERE b = 'c' AND d = 1", 'UPDATE t SET a = ?', ''])(
    'is read once where all agree: %s',
    (text) => {
      expect(readings(text)).toHaveLength(1);
    },
  );

  it.each(['"a"', '`a`', "'\\'", '-- a', '/* a */', '# a', '$1', '[a]', "q'[a]'"])(
    'is read in every way where they may not: %s',
    (text) => {
      expect(readings(text).length).toBeGreaterThan(1);
    },
  );
});
