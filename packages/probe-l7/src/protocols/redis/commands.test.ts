import { describe, expect, it } from 'vitest';
import { commandOf, isCommand, isShown, keptOf } from './commands.js';

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
    ['CONFIG', '+??'],
    ['BITFIELD', '+???'],
    ['EVAL', '?+??'],
    ['EVALSHA', '++??'],
    ['MIGRATE', '+++++??'],
    ['FT.SEARCH', '+??'],
    ['AUHT', '??'],
    ['X.UNKNOWN', '???'],
  ])('show of the arguments of %s: %s', (name, pattern) => {
    expect(shown(name, pattern.length)).toBe(pattern);
  });

  it.each([
    ['CONFIG', 'SET', 2],
    ['CONFIG', 'FOO', 1],
    ['CLIENT', 'REPLY', 2],
    ['CLIENT', 'SETNAME', 1],
    ['DEBUG', 'SET', 1],
    ['LATENCY', 'X', 1],
    ['COMMAND', 'GETKEYS', 1],
    ['ACL', 'SETUSER', 2],
    ['OBJECT', 'ENCODING', Number.POSITIVE_INFINITY],
    ['GET', 'SET', 1],
  ])('of two words show as much as the second one allows: %s %s', (name, subcommand, keep) => {
    expect(keptOf(name, subcommand)).toBe(keep);
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
