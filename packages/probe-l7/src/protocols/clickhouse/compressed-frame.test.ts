import { describe, expect, it } from 'vitest';
import { FRAME_HEADER, frameBytes, isFrame, mayBeFollowed, plainBytes } from './compressed-frame.js';
import { cursor, frame, input } from './wire.fixture.js';

const is = (text: string) => {
  const { bytes, view } = input(text);
  return isFrame(bytes, view, 0);
};

describe('a compressed frame', () => {
  it.each(['\x82', '\x90', '\x91', '\x99'])('has the method %j', (method) => {
    const text = frame(1000, 40, method);
    const { view } = input(text);
    expect([is(text), frameBytes(view, 0), plainBytes(view, 0)]).toEqual([true, text.length, 1000]);
    expect(text.length).toBe(FRAME_HEADER + 40);
  });

  it('that is not compressed has two lengths that agree', () => {
    expect([is(frame(40, 40, '\x02')), is(frame(41, 40, '\x02'))]).toEqual([true, false]);
  });

  it.each([
    ['a method that there is not', frame(100, 40, '\x55')],
    ['no bytes', frame(100, 0)],
    ['more bytes than frames have', frame(100, 40).replace('\x31\0\0\0', '\xff\xff\xff\x7f')],
    ['nothing in it', frame(0)],
    ['more in it than frames hold', frame(0x7fff_ffff)],
  ])('is none with %s', (_what, text) => expect(is(text)).toBe(false));

  it.each([
    [10, '\x99', false],
    [0xffff, '\x99', false],
    [0x1_0000, '\x99', true],
    [0x1_0000, '\x05', false],
    [0x1_0000, '', null],
    [0x10_0000, '\x05', true],
  ])('of %d bytes before %j may be followed by another: %j', (plain, next, followed) => {
    expect(mayBeFollowed(plain, cursor(next))).toBe(followed);
  });
});
