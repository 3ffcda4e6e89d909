import { createRedactor } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { readException } from './exception.js';
import { cursor, exception, string, u32 } from './wire.fixture.js';

const read = (text: string, mask = true) => readException(cursor(text.slice(1)), createRedactor(mask));
const cause = (nested: string) => `\x01${u32(1)}${string('DB::Exception')}${string('cause')}${string('')}${nested}`;

describe('an exception', () => {
  it('has its code, its name and its masked message', () => {
    const text = exception(53, "Cannot convert 'secret' to UInt8");
    expect(read(text)).toMatchObject({ code: 53, name: 'DB::Exception', message: 'Cannot convert ? to UInt8' });
    expect(read(text, false)!.message).toBe("Cannot convert 'secret' to UInt8");
  });

  it('is the outermost of several, all of which are read', () => {
    const all = cursor(`${exception(60, 'outer', cause(cause('\0'))).slice(1)}next`);
    expect(readException(all, createRedactor(true))).toMatchObject({ code: 60, message: 'outer' });
    expect(all.left).toBe(4);
  });

  it('keeps so much of its message, and no more', () => {
    expect(read(exception(60, 'm'.repeat(5000)))!.message.length).toBeLessThanOrEqual(513);
  });

  it('is none until it is there whole', () => {
    const text = exception(60, 'message', cause('\0')).slice(1);
    for (let size = 0; size < text.length; size++) {
      const all = cursor(text.slice(0, size));
      expect([readException(all, createRedactor(true)), all.overrun], `${size} bytes`).toEqual([null, true]);
    }
  });

  it.each([
    ['a flag that is none', exception(60, 'message', '\x07')],
    ['a name longer than names are', `\x02${u32(60)}${string('x'.repeat(300))}${string('m')}${string('s')}\0`],
    ['causes without an end', exception(60, 'message', cause('').repeat(40))],
  ])('is none with %s', (_what, text) => expect(read(text)).toBeNull());
});
