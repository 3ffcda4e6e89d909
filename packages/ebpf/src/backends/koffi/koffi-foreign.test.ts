import { describe, expect, test } from 'vitest';
import { koffiForeign } from './koffi-foreign.js';

const foreign = koffiForeign();
const libc = foreign.open('libc.so.6');

describe('koffi', () => {
  test('calls functions with numbers, strings and buffers', () => {
    expect(libc.function('strlen', ['size', 'string'])!('grün')).toBe(5);
    expect(libc.function('strlen', ['size', 'buffer'])!(Buffer.from('abc\0'))).toBe(3);
    const environment = libc.function('getenv', ['string', 'string'])!;
    expect(environment('SONDE_NO_SUCH_VARIABLE')).toBeNull();
    expect(libc.function('labs', ['long', 'long'])!(-7)).toBe(7);
  });

  test('writes into the buffer that it was given', () => {
    const target = Buffer.alloc(4);
    libc.function('memcpy', ['pointer', 'buffer', 'buffer', 'size'])!(target, Buffer.from('wxyz'), 3);
    expect(target.toString('latin1')).toBe('wxy\0');
  });

  test('gives addresses as numbers, and views of what lies there', () => {
    const buffer = Buffer.from('shared memory');
    const address = foreign.address(buffer);
    expect(Number.isSafeInteger(address)).toBe(true);
    const view = new Uint8Array(foreign.view(address, buffer.length));
    view[0] = 'S'.charCodeAt(0);
    expect(buffer.toString()).toBe('Shared memory');
    expect(libc.function('strlen', ['size', 'pointer'])!(foreign.address(Buffer.from('ab\0')))).toBe(2);
  });

  test('keeps errno of the last call', () => {
    expect(libc.function('close', ['int', 'int'])!(-1)).toBe(-1);
    expect(foreign.errno()).toBe(9);
  });

  test('has null for a function that is not there, and an error for a library that is not', () => {
    expect(libc.function('no_such_function', ['int'])).toBeNull();
    expect(() => foreign.open('/no/such/library.so')).toThrow(/cannot open/);
  });
});
