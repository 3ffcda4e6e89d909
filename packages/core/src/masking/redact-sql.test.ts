import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SqlDialect } from '../contracts/index.js';
import { redactSql } from './redact-sql.js';

const DIALECTS: (SqlDialect | undefined)[] = [
  undefined,
  'postgresql',
  'mysql',
  'mariadb',
  'sqlite',
  'microsoft.sql_server',
  'oracle.db',
];

describe('masked SQL', () => {
  it.each<[string, SqlDialect | undefined, string, string]>([
    ['a string', undefined, "SELECT * FROM t WHERE a = 'x'", 'SELECT * FROM t WHERE a = ?'],
    ['a doubled quote', undefined, "SELECT 'it''s', b", 'SELECT ?, b'],
    ['numbers of every shape', undefined, 'SELECT 1, -2.5, .5, 1e-5, 0x1F, 1_000', 'SELECT ?, -?, ?, ?, ?, ?'],
    ['names with digits', undefined, 'SELECT t1.c2 FROM t1', 'SELECT t1.c2 FROM t1'],
    ['placeholders', 'postgresql', 'SELECT $1, $23, :name, @p1, ?', 'SELECT $1, $23, :name, @p1, ?'],
    ['numbered placeholders of Oracle', 'oracle.db', 'SELECT :1 FROM dual', 'SELECT :1 FROM dual'],
    ['slices of arrays', 'postgresql', 'SELECT a[1:2]', 'SELECT a[?:?]'],
    ['casts', 'postgresql', "SELECT '1'::int4", 'SELECT ?::int4'],
    ['what may be an escaped quote', 'mysql', "SELECT 'a\\'b', c", 'SELECT ?'],
    ['a backslash at the end', 'microsoft.sql_server', "SELECT 'a\\', b", 'SELECT ?, b'],
    ['a regular expression', 'postgresql', "SELECT '\\d+', b", 'SELECT ?, b'],
    ['an escape string that goes on', 'postgresql', "SELECT E'a'\n'b\\'secret', c", 'SELECT ?, c'],
    ['one behind a comment', 'postgresql', "SELECT E'a' -- b\n -- c\n 'b\\' secret ', c", 'SELECT ?, c'],
    ['one that does not go on', 'postgresql', "SELECT E'a'\n, 'b', c", 'SELECT ?\n, ?, c'],
    ['what may be an escape', 'postgresql', "SELECT 'a\\', 'secret'", 'SELECT ?'],
    ['what may be none', 'mysql', "SELECT 'C:\\', 'secret'", 'SELECT ?'],
    ['a character that ends in a backslash', 'mysql', "SELECT '\ufffd\\', secret, 'b'", 'SELECT ?'],
    ['ClickHouse', undefined, "SELECT \"a\", 'it\\'s secret', b", 'SELECT ?, ?'],
    ['an escape string', 'postgresql', "SELECT E'a\\'b', c", 'SELECT ?, c'],
    ['strings with prefixes', undefined, "SELECT N'a', b'01', X'ff', U&'x', _utf8'y'", 'SELECT ?, ?, ?, ?, ?'],
    ['a dollar quote', 'postgresql', "DO $$ BEGIN 'x' END $$", 'DO ?'],
    ['a tagged dollar quote', 'postgresql', "SELECT $a$ $$ 'x $a$, b", 'SELECT ?, b'],
    ['quoted names', 'postgresql', 'SELECT "a b", "c""d" FROM "T"', 'SELECT "a b", "c""d" FROM "T"'],
    ['double-quoted strings', 'mysql', 'SELECT "secret" FROM `t`', 'SELECT ? FROM `t`'],
    ['what could be a string', undefined, 'SELECT "secret" FROM `t`', 'SELECT ? FROM `t`'],
    [
      'names in brackets',
      'microsoft.sql_server',
      "SELECT [it's] FROM [t] WHERE a = 'x'",
      "SELECT [it's] FROM [t] WHERE a = ?",
    ],
    ["Oracle's own quotes", 'oracle.db', "SELECT q'[it's]', b", 'SELECT ?, b'],
    ['a line comment', undefined, "SELECT a -- it's secret\nFROM t", 'SELECT a \nFROM t'],
    ['a block comment', undefined, "SELECT a /* it's */ FROM t", 'SELECT a  FROM t'],
    ['a comment at the end', undefined, "SELECT a /*traceparent='00-ab'*/", 'SELECT a'],
    ['a comment between words', undefined, 'SELECT/**/a', 'SELECT a'],
    ['nested comments', 'postgresql', "SELECT a /* x /* y */ 'z' */ , b", 'SELECT a  , b'],
    ['a hash comment', 'mysql', "SELECT a # it's\n, 'b'", 'SELECT a \n, ?'],
    ['a JSON operator', 'postgresql', "SELECT a #> '{b}'", 'SELECT a #> ?'],
    ['two minus signs', 'mysql', "SELECT 5--1, 'a'", 'SELECT ?--?, ?'],
    ['an open string', undefined, "SELECT a FROM t WHERE b = 'secr", 'SELECT a FROM t WHERE b = ?'],
    ['an open dollar quote', 'postgresql', 'SELECT $x$ secret', 'SELECT ?'],
    ['an open comment', undefined, 'SELECT a /* secret', 'SELECT a'],
    ['a password in quotes', undefined, "ALTER ROLE bob PASSWORD 'x'", 'ALTER ROLE bob PASSWORD ?'],
    [
      'a bare password',
      undefined,
      'CREATE USER bob IDENTIFIED BY s3cret!x ACCOUNT LOCK',
      'CREATE USER bob IDENTIFIED BY ??? ACCOUNT LOCK',
    ],
    [
      'a password in double quotes',
      'oracle.db',
      'CREATE USER bob IDENTIFIED BY "s3cret"',
      'CREATE USER bob IDENTIFIED BY ?',
    ],
    [
      'a password with its plugin',
      'mysql',
      "CREATE USER b IDENTIFIED WITH mysql_native_password BY 'x'",
      'CREATE USER b IDENTIFIED WITH mysql_native_password BY ?',
    ],
    [
      'a setting that is secret',
      'postgresql',
      'SET my.pw = secret; SET my.token TO secret',
      'SET my.pw = ?; SET my.token TO ?',
    ],
    ['a variable that is secret', 'mysql', 'SET @pw=secret, @page=b', 'SET @pw=?, @page=b'],
    ['a setting that is none', 'postgresql', 'SET search_path TO a, b', 'SET search_path TO a, b'],
    ['a column that is secret', undefined, 'UPDATE t SET token = other', 'UPDATE t SET token = other'],
    ['a password that is set', undefined, 'SET PASSWORD FOR bob = secret', 'SET PASSWORD FOR bob = ?'],
    [
      'a column called password',
      undefined,
      'SELECT password FROM users WHERE password = $1',
      'SELECT password FROM users WHERE password = $1',
    ],
    [
      'the life of a password',
      'mysql',
      'ALTER USER bob PASSWORD EXPIRE INTERVAL 90 DAY',
      'ALTER USER bob PASSWORD EXPIRE INTERVAL ? DAY',
    ],
    ['nothing', undefined, '', ''],
  ])('shows %s (%s) as it should', (_what, dialect, text, expected) => {
    expect(redactSql(text, dialect)).toBe(expected);
  });
});

describe('a session that says whether a backslash escapes', () => {
  it.each<[SqlDialect, boolean, string, string]>([
    ['postgresql', false, "SELECT 'a\\', b, 'c'", 'SELECT ?, b, ?'],
    ['postgresql', true, "SELECT 'a\\', b', c", 'SELECT ?, c'],
    ['mysql', true, "SELECT 'a\\'\\'b'", 'SELECT ?'],
    ['mysql', false, "SELECT 'a\\'\\'b'", 'SELECT ?\\?'],
    ['mysql', false, "SELECT 'C:\\', b, 'secret'", 'SELECT ?, b, ?'],
    ['mysql', true, "SELECT 'it\\'s', b", 'SELECT ?, b'],
    ['mariadb', true, 'SELECT "it\\"s", b', 'SELECT ?, b'],
    ['microsoft.sql_server', true, "SELECT 'a\\', b", 'SELECT ?, b'],
  ])('is believed (%s, %s): %s', (dialect, backslash, text, shown) => {
    expect(redactSql(text, dialect, backslash)).toBe(shown);
  });

  it.each<[SqlDialect, boolean, string]>([
    ['mysql', true, "SELECT 'C:\\', 'secret'"],
    ['postgresql', false, "SELECT 'it\\'s', 'secret'"],
  ])('is not believed where a string would be left open (%s)', (dialect, backslash, text) => {
    expect(redactSql(text, dialect, backslash)).toBe('SELECT ?');
  });

  it.each<[SqlDialect, boolean, string]>([
    ['mysql', true, "SET sql_mode = NO_BACKSLASH_ESCAPES; SELECT 'C:\\', 'secret'"],
    ['postgresql', false, "SET standard_conforming_strings = off; SELECT 'it\\'s secret'"],
  ])('is not believed where the statement changes it (%s)', (dialect, backslash, text) => {
    expect(redactSql(text, dialect, backslash)).not.toContain('secret');
  });
});

describe('a secret behind characters that may end in a backslash', () => {
  it.each([
    ['they do', ['\ufffd\\', 'a', '\\\\', "a\\'", "''"]],
    ['they do not', ['\ufffd', 'a', '\\\\', "\\'", "''"]],
  ])('never shows where %s', (_what, pieces) => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 10 }), (chosen) => {
        const literal = `'\ufffd${pieces[0] === '\ufffd' ? '' : 'a'}${chosen.join('')}', 'sEcReT'`;
        expect(redactSql(`SELECT ${literal}`, 'mysql')).not.toContain('sEcReT');
        expect(redactSql(`SELECT ${literal}`, 'mysql', true)).not.toContain('sEcReT');
        expect(redactSql(`SELECT E${literal}`, 'postgresql', false)).not.toContain('sEcReT');
        expect(redactSql(`SELECT ${literal}`)).not.toContain('sEcReT');
      }),
    );
  });
});

/** Pieces of SQL, with the secret in every kind of literal. */
const SECRET = 'sEcReT';
const literals: Record<string, string[]> = {
  postgresql: [
    `'${SECRET}'`,
    `'a''${SECRET}'`,
    `E'\\'${SECRET}'`,
    // In parentheses: on the line after an escape string it would go on with that, and end elsewhere.
    `('\\')`,
    `$$'${SECRET}$$`,
    `$q$ ${SECRET} $q$`,
    `U&'${SECRET}'`,
  ],
  mysql: [
    `'${SECRET}'`,
    `"${SECRET}"`,
    `'\\'${SECRET}'`,
    `"\\"${SECRET}"`,
    `'"${SECRET}'`,
    `_utf8'${SECRET}'`,
    `N'${SECRET}'`,
  ],
  'microsoft.sql_server': [`'${SECRET}'`, `N'it''s ${SECRET}'`, `'\\'`],
  'oracle.db': [`'${SECRET}'`, `q'[it's ${SECRET}]'`, `nq'!it's ${SECRET}!'`],
  sqlite: [`'${SECRET}'`, `"${SECRET}"`, `x'${SECRET}'`],
};
const plain: Record<string, string[]> = {
  postgresql: [
    '"it\'s"',
    "-- it's\n",
    "/* it's /* ' */ */",
    'a#b',
    '`',
    '[',
    ']',
    '$1',
    '$',
    '?',
    '::int',
    '\\',
    '- ',
    'e',
    'x1',
  ],
  mysql: ["`it's`", "-- it's\n", '# "\n', "/* it's */", '/*! x */', '--', '$', '[', ']', '$$', '\\', 'e', 'x1'],
  'microsoft.sql_server': ["[it's]", '"it\'s"', "-- '\n", "/* ' /* ' */ */", '#t', '`', '$', '\\', 'n', 'x1'],
  'oracle.db': ['"it\'s"', "-- '\n", "/* ' */", '`', '[', '$', ':1', '\\', 'q', 'x1'],
  sqlite: ["[it's]", "`it's`", "-- '\n", "/* ' */", '$', '#', '\\', 'x1'],
};

describe('a secret in a literal', () => {
  it.each(Object.keys(literals))('never shows, in whatever statement of %s', (dialect) => {
    const piece = fc.oneof(
      fc.constantFrom(...literals[dialect]!),
      fc.constantFrom(...plain[dialect]!),
      fc.constantFrom('SELECT', 'FROM', 'a', '=', ',', '(', ')', '.', ';', '\n', '1', '1.5e3', "''"),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join(' ');
        expect(redactSql(text, dialect as SqlDialect)).not.toContain(SECRET);
        expect(redactSql(text)).not.toContain(SECRET);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(Object.keys(literals))('never shows, wherever a statement of %s is cut', (dialect) => {
    for (const literal of literals[dialect]!) {
      const text = `SELECT a FROM t WHERE b = ${literal}`;
      for (let end = 0; end <= text.length; end++) {
        expect(redactSql(text.slice(0, end), dialect as SqlDialect)).not.toMatch(/sEc/);
        expect(redactSql(text.slice(0, end))).not.toMatch(/sEc/);
      }
    }
  });
});

const hostile = fc.array(
  fc.oneof(
    fc.constantFrom("'", '"', '`', '\\', '$', '[', ']', '#', '-', '--', '/*', '*/', '/', '*', '\n', ' ', ';', ':', '&'),
    fc.constantFrom(
      'E',
      'N',
      'q',
      'a',
      '_x',
      '1',
      '0x',
      '.',
      '(',
      ')',
      '?',
      '=',
      'IDENTIFIED BY ',
      'u&',
      '\u00e9',
      '\0',
    ),
  ),
  { maxLength: 40 },
);

describe('masking', () => {
  it.each(DIALECTS)('twice is masking once (%s)', (dialect) => {
    fc.assert(
      fc.property(hostile, (pieces) => {
        const once = redactSql(pieces.join(''), dialect);
        expect(redactSql(once, dialect)).toBe(once);
      }),
      { numRuns: 5000 },
    );
  });

  it.each(DIALECTS)('leaves no number that stands alone (%s)', (dialect) => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0 }), { maxLength: 20 }),
        fc.constantFrom(' ', ', ', '=', '(', '\n'),
        (numbers, by) => {
          expect(redactSql(`SELECT ${numbers.join(by)}`, dialect)).not.toMatch(/\d/);
        },
      ),
    );
  });

  it.each([
    ["'", "'"],
    ['$a', ''],
    ['$a$', '$b$'],
    ['/*', ''],
    ['/*', '*/'],
    ['"', '\\'],
    ['[', "'"],
    ["q'[", ''],
    ['1.', ''],
    ['IDENTIFIED BY ', 'x'],
    ['-', '-'],
  ])('takes linear time on a megabyte of %s%s', (a, b) => {
    const text = (a + b).repeat(1_000_000 / (a.length + b.length));
    const started = performance.now();
    redactSql(text);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
