import { describe, expect, it } from 'vitest';
import { type Properties, readProperties } from './properties.js';

const read = (text: string) => {
  const bytes = Buffer.from(text);
  const properties: Properties = {};
  readProperties(bytes, 0, bytes.length, properties);
  return properties;
};

describe('the properties of a message', () => {
  it.each([
    ['as bytes', 'KEYS\u0001a b\u0002X\u0001y\u0002UNIQ_KEY\u0001FD01\u0002TAGS\u0001paid\u0002'],
    ['as escapes', 'KEYS\\u0001a b\\u0002X\\u0001y\\u0002UNIQ_KEY\\u0001FD01\\u0002TAGS\\u0001paid\\u0002'],
    ['without an end', 'KEYS\u0001a b\u0002X\u0001y\u0002UNIQ_KEY\u0001FD01\u0002TAGS\u0001paid'],
  ])('are found %s', (_, text) => {
    expect(read(text)).toEqual({ keys: 'a b', messageId: 'FD01', tag: 'paid' });
  });

  it('are not found within names and values of others', () => {
    expect(read('XTAGS\u0001a\u0002X\u0001TAGS\u0002TAGSX\u0001b\u0002Y\u0001\\"TAGS\\\\\u0002')).toEqual({});
  });

  it('count once, and neither empty nor endless', () => {
    expect(read('TAGS\u0001a\u0002TAGS\u0001b\u0002')).toEqual({ tag: 'a' });
    expect(read(`TAGS\u0001\u0002KEYS\u0001${'k'.repeat(1000)}\u0002`)).toEqual({});
  });

  it.each(['', '\\', 'TAGS', 'TAGS\u0001', '\u0001\u0002\u0001', '\\u000'])('bear %j', (text) => {
    expect(read(text)).toEqual({});
  });
});
