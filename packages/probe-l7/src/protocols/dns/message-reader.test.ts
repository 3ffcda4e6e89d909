import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipv4, ipv6 } from './address.js';
import { MessageReader } from './message-reader.js';
import { lastName, NAME_BAD, NAME_SHORT, readName } from './name.js';
import { answerA, nameBytes, wire } from './wire.fixture.js';

const HEADER = Array<number>(12).fill(0);
const nameOf = (bytes: number[], at = 12) => {
  const after = readName(Uint8Array.from([...HEADER, ...bytes]), 0, at, 12 + bytes.length, true);
  return after < 0 ? after : lastName();
};

describe('names', () => {
  it('are read with their pointers', () => {
    expect(nameOf(nameBytes('a.bc.d'))).toBe('a.bc.d');
    expect(nameOf([0])).toBe('.');
    expect(nameOf([...nameBytes('x.y'), 1, 97, 0xc0, 12], 17)).toBe('a.x.y');
  });

  it('are escaped where a label holds more than printable characters', () => {
    expect(nameOf([4, 97, 46, 98, 92, 0])).toBe('a\\.b\\\\');
    expect(nameOf([3, 0, 255, 32, 0])).toBe('\\000\\255 ');
  });

  it('that go round, forward or into the header are refused', () => {
    expect(nameOf([0xc0, 12])).toBe(NAME_BAD);
    expect(nameOf([1, 97, 0xc0, 12], 12)).toBe(NAME_BAD);
    expect(nameOf([0xc0, 14, 0xc0, 12], 14)).toBe(NAME_BAD);
    expect(nameOf([0xc0, 20, 0, 0, 0, 0, 0, 0, 0])).toBe(NAME_BAD);
    expect(nameOf([0xc0, 3])).toBe(NAME_BAD);
    expect(nameOf([0x80, 1, 0])).toBe(NAME_BAD);
  });

  it('of 255 bytes are the longest', () => {
    const label = 'a'.repeat(63);
    expect(nameOf(nameBytes(`${label}.${label}.${label}.${'b'.repeat(61)}`))).toHaveLength(253);
    expect(nameOf(nameBytes(`${label}.${label}.${label}.${'b'.repeat(62)}`))).toBe(NAME_BAD);
  });

  it('that end with the captured bytes are short', () => {
    expect(nameOf([3, 97, 98])).toBe(NAME_SHORT);
    expect(nameOf([0xc0])).toBe(NAME_SHORT);
    expect(nameOf([])).toBe(NAME_SHORT);
  });
});

describe('addresses', () => {
  it.each([
    ['2001:0db8:0000:0000:0000:0000:0002:0001', '2001:db8::2:1'],
    ['0000:0000:0000:0000:0000:0000:0000:0000', '::'],
    ['0000:0000:0000:0000:0000:0000:0000:0001', '::1'],
    ['fe80:0000:0000:0000:0000:0000:0000:0000', 'fe80::'],
    ['2001:0db8:0000:0001:0001:0001:0001:0001', '2001:db8:0:1:1:1:1:1'],
    ['2001:0000:0000:0001:0000:0000:0000:0001', '2001:0:0:1::1'],
    ['0001:0002:0003:0004:0005:0006:0007:0008', '1:2:3:4:5:6:7:8'],
  ])('of sixteen bytes are written by RFC 5952 (%s)', (groups, text) => {
    expect(ipv6(Buffer.from(groups.replaceAll(':', ''), 'hex'), 0)).toBe(text);
  });

  it('of four bytes are written with dots', () =>
    expect(ipv4(Uint8Array.of(9, 192, 0, 2, 255), 1)).toBe('192.0.2.255'));
});

describe('MessageReader', () => {
  const reader = new MessageReader();
  const message = wire(answerA(7, 'www.example.org', [192, 0, 2, 1]));

  it('says how much of a message there is, at every length', () => {
    for (let length = 0; length < message.length; length++) expect(reader.read(message, 0, length)).toBe('short');
    expect(reader.read(message, 0, message.length)).toBe('whole');
    expect(reader.end).toBe(message.length);
  });

  it('gives each message its own lists', () => {
    reader.read(message, 0, message.length);
    const { addresses } = reader;
    reader.read(wire({ id: 1 }), 0, 12);
    expect(addresses).toEqual(['192.0.2.1']);
    expect(reader.addresses).toEqual([]);
  });

  it('takes time in proportion to the bytes, however many records a header claims', () => {
    const lie = wire({ id: 1, flags: 0x8180 });
    lie.fill(0xff, 4, 12);
    expect(reader.read(lie, 0, lie.length)).toBe('short');
    const pointers = Uint8Array.from([...HEADER, ...Array(30_000).fill([0xc0, 12]).flat()]);
    pointers[5] = 1;
    expect(reader.read(pointers, 0, pointers.length)).toBe('bad');
  });

  it('never throws and never reads beyond the end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.integer({ min: 0, max: 3 }), (bytes, records) => {
        if (bytes.length > 11) bytes.set([0, 1, 0, records, 0, 0, 0, 0], 4);
        reader.read(bytes, 0, bytes.length);
        expect(reader.end).toBeLessThanOrEqual(bytes.length + 66_000);
      }),
      { numRuns: 2000 },
    );
  });
});
