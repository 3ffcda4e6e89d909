import { describe, expect, it } from 'vitest';
import { looksLikeSql } from './looks-like-sql.js';

const look = (text: string, whole: boolean) => {
  const bytes = Buffer.from(`##${text}##`, 'latin1');
  return looksLikeSql(bytes, 2, bytes.length - 2, whole);
};

describe('looksLikeSql', () => {
  it.each([
    'select 1',
    ' \n\tSELECT a',
    '/* x */ select',
    '-- x\nselect',
    '(select 1)',
    'WITH a as (',
    '; select',
    'vacuum full',
  ])('takes %j for a statement, cut or not', (text) => {
    expect(look(text, true)).toBe('yes');
    expect(look(text, false)).toBe('yes');
  });

  it.each(['IDENTIFY_SYSTEM', 'START_REPLICATION 0/0', 'unknown_verb x', '', '   '])(
    'takes %j for a statement if it is whole',
    (text) => expect(look(text, true)).toBe('yes'),
  );

  it.each(['', '  ', 'sel', 'select'])('wants more of %j where it is cut', (text) =>
    expect(look(text, false)).toBe('more'),
  );

  it.each(['\x01select', 'sel\x00ect 1', '12345678', '{"a":1}', 'x', '\xc3\x9f\xff', 'unknown\x7f'])(
    'takes %j for none',
    (text) => expect(look(text, true)).toBe('no'),
  );

  it('wants the end of a text that begins with another word', () => {
    expect(look('unknown x', false)).toBe('more');
  });
});
