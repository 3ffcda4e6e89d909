import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactMessage } from './redact-message.js';

describe('a masked message', () => {
  it.each([
    ['invalid input syntax for type integer: "12x"', 'invalid input syntax for type integer: ?'],
    ['type integer: "{"password":"sEcReT"}"', 'type integer: ?'],
    ["Duplicate entry 'it's sEcReT' for key 'PRIMARY'", 'Duplicate entry ?'],
    ["Incorrect value: '{\"p\":'sEcReT'}' for column 'a' at row 1", 'Incorrect value: ? at row 1'],
    ['ungültige Eingabe: „sEcReT“', 'ungültige Eingabe: ?'],
    ['syntaxe en entrée invalide : « sEcReT »', 'syntaxe en entrée invalide : ?'],
    ['ongeldig: ‚it’s sEcReT‘ hier', 'ongeldig: ? hier'],
    ['構文エラー "sEcReT"', '構文エラー ?'],
    ["列'sEcReT'不存在", '列?不存在'],
    ['unterminated string at or near "\'sEcReT', 'unterminated string at or near ?'],
    ['"a" then an open "sEcReT', '?'],
    ["can't read 'sEcReT'", "can't read ?"],
    ["Table 'sEcReT' doesn't exist", "Table ? doesn't exist"],
    ["n'est pas « sEcReT » : l'état", "n'est pas ? : l'état"],
    ['could not connect: host=h password=sEcReT', 'could not connect: host=h password=?'],
    ['dial postgres://bob:sEcReT@h/db: refused', 'dial postgres://REDACTED:REDACTED@h/db: refused'],
    ['rpc error: code = Unavailable', 'rpc error: code = Unavailable'],
    ['deadlock detected', 'deadlock detected'],
    ['', ''],
  ])('of %s is %s', (text, shown) => {
    expect(redactMessage(text)).toBe(shown);
  });

  it('shows nothing behind the first mark where its end is missing', () => {
    expect(redactMessage('near "a" sEcR', { cut: true })).toBe('near ?');
    expect(redactMessage('relation "sEcR', { cut: true, names: true })).toBe('relation ?');
    expect(redactMessage('disk full', { cut: true })).toBe('disk full');
  });

  it.each([
    'relation "orders" does not exist',
    "Access denied for user 'bob'@'localhost' (using password: YES)",
    "Table 'shop.orders' doesn't exist",
    'a foreign key constraint fails (`shop`.`orders`, CONSTRAINT `o_1`)',
    'Relation „orders“ existiert nicht',
    'la relation « orders » n’existe pas',
  ])('that quotes names only stays: %s', (text) => {
    expect(redactMessage(text, { names: true })).toBe(text);
  });

  it.each([
    ['column "a"sEcReT" does not exist', 'column ? does not exist'],
    ["Unknown column 'it's sEcReT' in 'where clause'", 'Unknown column ?'],
    ['no name: "{"p":"sEcReT"}"', 'no name: ?'],
  ])('that should quote names only and has more is masked: %s', (text, shown) => {
    expect(redactMessage(text, { names: true })).toBe(shown);
  });

  it('never shows what stands between the marks that a server wrote, whatever marks it holds', () => {
    const piece = fc.constantFrom('"', "'", '`', '«', '»', '“', '’', ' ', 'a', 'sEcReT', '\\', '\n', 'é');
    const around = fc.constantFrom(['"', '"'], ["'", "'"], ['«', '»'], ['„', '“'], ['‚', '‘'], ['`', "'"]);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), around, (pieces, [open, close]) => {
        const text = `invalid value: ${open}${pieces.join('')}${close} at row`;
        expect(redactMessage(text)).toBe('invalid value: ? at row');
      }),
    );
  });

  it.each(['"', "a'", '=', 'a=', '://', '"a', '@'])('takes linear time on a megabyte of %s', (piece) => {
    const started = performance.now();
    redactMessage(piece.repeat(1_000_000 / piece.length));
    redactMessage(piece.repeat(1_000_000 / piece.length), { names: true });
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
