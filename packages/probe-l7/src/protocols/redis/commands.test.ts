import { describe, expect, it } from 'vitest';
import { commandOf, isCommand, isShown } from './commands.js';

const shown = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => (isShown(commandOf(name), index) ? '+' : '?')).join('');

describe('commands', () => {
  it.each([
    ['GET', '++'],
    ['DEL', '++++++'],
    ['SET', '+???'],
    ['SETEX', '++?'],
    ['MSET', '+?+?+?'],
    ['HSET', '++?+?'],
    ['LPUSH', '+???'],
    ['AUTH', '??'],
    ['HELLO', '+???'],
    ['CONFIG', '++?'],
    ['EVAL', '++??'],
    ['MIGRATE', '+++++??'],
    ['FT.SEARCH', '+??'],
  ])('show of the arguments of %s: %s', (name, pattern) => {
    expect(shown(name, pattern.length)).toBe(pattern);
  });

  it('of two words are told from others', () => {
    expect(['CONFIG', 'CLIENT', 'XINFO', 'OBJECT'].map((name) => commandOf(name).container)).toEqual(
      Array(4).fill(true),
    );
    expect(['GET', 'EVAL', 'NONE'].map((name) => commandOf(name).container)).toEqual(Array(3).fill(false));
  });

  it('are known by their name in capitals only', () => {
    expect(['GET', 'PSYNC', 'XREADGROUP', 'HGETEX', 'SENTINEL'].every(isCommand)).toBe(true);
    expect(['get', '', 'HELO', 'POST', 'CONFIG GET', 'constructor'].some(isCommand)).toBe(false);
  });
});
