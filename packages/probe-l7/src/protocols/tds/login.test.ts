import { describe, expect, it } from 'vitest';
import { readEncryption, readLogin } from './login.js';
import { login, prelogin, reader, u32 } from './wire.fixture.js';

describe('a login', () => {
  it('tells user, application and database, and nothing of the password', () => {
    const found = readLogin(reader(login({ user: 'app', application: 'shop', database: 'orders' })));
    expect(found).toEqual({ version: '7.4', modern: true, user: 'app', application: 'shop', database: 'orders' });
  });

  it.each([
    ['\0\0\0\x70', '7.0', false],
    ['\x01\0\0\x71', '7.1', false],
    ['\x02\0\x09\x72', '7.2', true],
    ['\x03\0\x0b\x73', '7.3', true],
    ['\0\0\0\x08', '8.0', true],
  ])('asks for version %j', (bytes, version, modern) => {
    expect(readLogin(reader(login({ version: bytes })))).toMatchObject({ version, modern });
  });

  it('of Windows names no user, and perhaps no database', () => {
    expect(readLogin(reader(login({ user: '', database: '' })))).toMatchObject({ user: null, database: null });
  });

  it('has no names where they point beyond it', () => {
    const text = login();
    const lying = `${text.slice(0, 40)}\xff\x7f\x03\0${text.slice(44)}`;
    expect(readLogin(reader(lying))).toMatchObject({ user: null, database: 'master' });
    expect(readLogin(reader(text.slice(0, 100)))).toMatchObject({ user: null, application: null });
  });

  it.each([
    ['a version that is none', login({ version: '\x04\0\0\x99' })],
    ['a length that is too small', u32(40) + login().slice(4)],
    ['a length that is too large', u32(0x10_0000) + login().slice(4)],
    ['its first bytes only', login().slice(0, 6)],
  ])('is none with %s', (_what, text) => {
    expect(readLogin(reader(text))).toBeNull();
  });
});

describe('what is said of encryption', () => {
  it.each([0, 1, 2, 3])('is %d', (said) => {
    expect(readEncryption(reader(prelogin(said)))).toBe(said);
  });

  it('is off where nothing is said of it', () => {
    expect(readEncryption(reader('\0\0\x06\0\x06\xff\x10\0\x03\xe8\0\0'))).toBe(0);
  });

  it.each([
    ['options that begin with another one than the version', '\x01\0\x06\0\x01\xff\x02'],
    ['an option that lies beyond the message', '\0\0\x06\0\x40\xff\x10\0\x03\xe8\0\0'],
    ['options without an end', '\0\0\x06\0\0'.repeat(30)],
    ['half an option', '\0\0'],
    ['nothing', ''],
  ])('is not known of %s', (_what, text) => {
    expect(readEncryption(reader(text))).toBeNull();
  });
});
