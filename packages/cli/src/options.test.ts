import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { collect, collectList, collectPortHint, parseDuration, parseListen } from './options.js';

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['3', 3000],
  ])('%s is %d milliseconds', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '0', '0s', '-1s', '10 s', 's', '10d', '1e3s', '9999h', 'Infinity'])("'%s' is refused", (text) => {
    expect(() => parseDuration(text)).toThrow(InvalidArgumentError);
  });
});

describe('an address to listen at', () => {
  it.each([
    ['127.0.0.1:9464', '127.0.0.1', 9464],
    ['localhost:0', 'localhost', 0],
    ['[::1]:9464', '::1', 9464],
    [':9464', '127.0.0.1', 9464],
    ['9464', '127.0.0.1', 9464],
  ])('%s is %s, port %d', (text, host, port) => {
    expect(parseListen(text)).toEqual({ host, port });
  });

  it.each(['', 'localhost', 'localhost:', 'localhost:http', '1.2.3.4:70000', '::1:9464', 'a:b:1'])(
    "'%s' is refused",
    (text) => {
      expect(() => parseListen(text)).toThrow(InvalidArgumentError);
    },
  );
});

describe('options that may be given several times', () => {
  it('keep their order', () => {
    expect(collect('b', collect('a'))).toEqual(['a', 'b']);
  });

  it('may hold lists', () => {
    expect(collectList('c', collectList('a, b'))).toEqual(['a', 'b', 'c']);
    expect(() => collectList('a,,b')).toThrow(InvalidArgumentError);
  });

  it('say what ports speak', () => {
    const hints = collectPortHint('81=redis', collectPortHint('8080=http1'));
    expect([...hints]).toEqual([
      [8080, 'http1'],
      [81, 'redis'],
    ]);
  });

  it.each(['8080', '=http1', '8080=', '0=http1', '65536=http1', '80=Http'])("'%s' is no port hint", (text) => {
    expect(() => collectPortHint(text)).toThrow(InvalidArgumentError);
  });
});
