import { describe, expect, it } from 'vitest';
import { isName, readAddendum, readClientHello, readServerHello, skipSettings } from './hello.js';
import { addendum, cursor, hello, serverHello, string, varint } from './wire.fixture.js';

const client = (text: string) => readClientHello(cursor(text.slice(1)));

describe('the Hello of a client', () => {
  it('tells who it is, and nothing of the password', () => {
    expect(client(hello(54_460, 'app', 'shop'))).toEqual({
      ...{ name: 'ClickHouse test', revision: 54_460, database: 'shop', user: 'app' },
    });
    expect(client(hello(54_460, '', ''))).toMatchObject({ database: '', user: '' });
  });

  it.each([
    ['a revision from before there were any', hello(49_999)],
    ['a revision from the future', hello(60_000)],
    ['a name of several lines', `\0${string('a\nb')}${varint(1)}${varint(1)}${varint(54_460)}\0\0\0`],
    ['no name', `\0${string('')}${varint(1)}${varint(1)}${varint(54_460)}\0\0\0`],
    ['a version that is none', `\0${string('a')}${varint(101)}${varint(1)}${varint(54_460)}\0\0\0`],
  ])('is none with %s', (_what, text) => expect(client(text)).toBeNull());

  it('is none until it is there whole', () => {
    const text = hello(54_460).slice(1);
    for (let size = 0; size < text.length; size++) {
      const all = cursor(text.slice(0, size));
      expect([readClientHello(all), all.overrun], `${size} bytes`).toEqual([null, true]);
    }
  });
});

describe('the Hello of a server', () => {
  it.each([
    54_032, 54_058, 54_372, 54_401, 54_449, 54_458, 54_461, 54_462, 54_470, 54_471, 54_474, 54_477, 54_479, 54_491,
  ])('is read to its end in revision %d, and no sooner', (revision) => {
    const text = serverHello(revision).slice(1);
    const all = cursor(`${text}next`);
    expect(readServerHello(all, revision)).toEqual({ name: 'ClickHouse', version: '24.3', revision });
    expect(all.left).toBe(4);
    const cut = cursor(text.slice(0, -1));
    expect([readServerHello(cut, revision), cut.overrun]).toEqual([null, true]);
  });

  it('leaves out what the client does not know', () => {
    const text = serverHello(54_372).replace(varint(54_372), varint(54_480)).slice(1);
    const all = cursor(text);
    expect(readServerHello(all, 54_372)).toMatchObject({ revision: 54_480 });
    expect([all.left, all.overrun]).toEqual([0, false]);
  });

  it.each([
    ['a revision that is none', `${string('ClickHouse')}${varint(24)}${varint(3)}${varint(7)}`],
    ['more rules than there are', `${string('C')}\x18\x03${varint(54_461)}\0\0\0${varint(9999)}`],
  ])('is none with %s', (_what, text) => {
    expect(readServerHello(cursor(`${text}${'\0'.repeat(20)}`), 54_461)).toBeNull();
  });
});

describe('the addendum to a Hello', () => {
  it.each([54_458, 54_470, 54_471])('is read to its end in revision %d', (revision) => {
    const all = cursor(`${addendum(revision)}x`);
    expect([readAddendum(all, revision), all.left]).toEqual([{ chunked: false }, 1]);
    expect(readAddendum(cursor(addendum(revision).slice(0, -1)), revision)).toBeNull();
  });

  it('tells of chunked packets, whichever side wants them', () => {
    expect(readAddendum(cursor(addendum(54_470, 'chunked')), 54_470)).toEqual({ chunked: true });
    const one = string('') + string('notchunked') + string('chunked');
    expect(readAddendum(cursor(one), 54_470)).toEqual({ chunked: true });
  });
});

describe('settings', () => {
  const setting = (name: string) => `${string(name)}\x01${string('8')}`;
  it('end with an empty name', () => {
    const all = cursor(`${setting('a')}${setting('b')}\0rest`);
    expect([skipSettings(all), all.left]).toEqual([true, 4]);
  });
  it('are none where they have no end', () => {
    expect(skipSettings(cursor(setting('a')))).toBe(false);
    expect(skipSettings(cursor(setting('a').repeat(1001)))).toBe(false);
  });
});

describe('a name', () => {
  it.each(['a', 'ClickHouse client', 'größe'])('is %j', (text) => expect(isName(text)).toBe(true));
  it.each(['', 'a\nb', '\x7f', 'x'.repeat(5000)])('is not %j', (text) => expect(isName(text)).toBe(false));
});
