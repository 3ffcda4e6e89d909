import { describe, expect, it } from 'vitest';
import { endsMessage, isHeader, isIgnored, isTlsRecord, packetLength, resetsSession } from './packets.js';
import { input, packet } from './wire.fixture.js';

describe('the header of a packet', () => {
  it('has its length with the high byte first, itself included', () => {
    expect(packetLength(input(packet(1, 'x'.repeat(0x234 - 8))), 0)).toBe(0x234);
  });

  it.each([
    [0x00, false, false, false],
    [0x01, true, false, false],
    [0x03, true, true, false],
    [0x09, true, false, true],
    [0x11, true, false, true],
  ])('has the status %d', (status, ends, ignored, resets) => {
    const header = input(packet(1, 'x', { status }));
    expect([endsMessage(header, 0), isIgnored(header, 0), resetsSession(header, 0)]).toEqual([ends, ignored, resets]);
  });

  it.each([
    ['client', [1, 3, 6, 7, 8, 14, 16, 17, 18], [0, 2, 4, 5, 15, 19, 0x53, 0xff]],
    ['server', [4, 18], [0, 1, 3, 6, 16, 17, 19, 0xff]],
  ])('of the %s has one of its types', (who, types, others) => {
    for (const type of types) expect(isHeader(input(packet(type, 'x')), 0, who === 'client'), `${type}`).toBe(true);
    for (const type of others) expect(isHeader(input(packet(type, 'x')), 0, who === 'client'), `${type}`).toBe(false);
  });

  it.each([
    ['a window', '\x01\x01\0\x20\0\0\x01\x01'],
    ['flags that there are not', '\x01\x20\0\x20\0\0\x01\0'],
    ['a length shorter than itself', '\x01\x01\0\x07\0\0\x01\0'],
    ['a length that nobody negotiates', '\x01\x01\x80\0\0\0\x01\0'],
  ])('is none with %s', (_what, text) => expect(isHeader(input(text), 0, true)).toBe(false));
});

describe('a record of TLS', () => {
  const is = (text: string) => isTlsRecord(input(text).bytes, 0, text.length);
  it.each(['\x14\x03\x01', '\x16\x03\x03', '\x17\x03\x04', '\x17\x03', '\x17'])('begins with %j', (text) =>
    expect(is(text)).toBe(true),
  );
  it.each(['\x13\x03\x01', '\x18\x03\x01', '\x16\x02\x01', '\x16\x03\x05', '\x04\x01\0'])('does not with %j', (text) =>
    expect(is(text)).toBe(false),
  );
});
