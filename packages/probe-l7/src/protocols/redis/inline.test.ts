import { describe, expect, it } from 'vitest';
import { splitInline } from './inline.js';

const split = (text: string) => {
  const bytes = Buffer.from(`xx${text}yy`, 'latin1');
  return splitInline(bytes, 2, 2 + text.length)?.map(({ start, end }) => bytes.toString('latin1', start, end)) ?? null;
};

describe('an inline command', () => {
  it.each([
    ['', []],
    [' \t ', []],
    ['PING', ['PING']],
    ['  set  a\tb ', ['set', 'a', 'b']],
    ['set "a b" \'c d\'', ['set', 'a b', 'c d']],
    ['set "" x', ['set', '', 'x']],
    ['set "say \\"hi\\"" x', ['set', 'say \\"hi\\"', 'x']],
  ])('is split as Redis splits %j', (text, words) => expect(split(text)).toEqual(words));

  it.each(['"', 'set "open', "set 'open", 'set "escaped\\"'])('with an open quote is none (%j)', (text) =>
    expect(split(text)).toBeNull(),
  );
});
