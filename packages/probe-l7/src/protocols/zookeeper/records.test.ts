import { describe, expect, it } from 'vitest';
import { Records } from './records.js';
import { ACL, int, join, stat, text } from './wire.fixture.js';

const over = (...parts: Parameters<typeof join>) => {
  const bytes = join(...parts);
  return new Records().over(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
};

describe('records', () => {
  it('are read one field after another', () => {
    const records = over(
      int(-7),
      [1],
      text('/päth'),
      text('data'),
      ACL,
      stat(12),
      int(2),
      text('a'),
      text('b'),
      int(5),
    );
    expect(records.int()).toBe(-7);
    expect(records.bool()).toBe(true);
    expect(records.string()).toHaveLength(5);
    expect(records.buffer()).toBe(4);
    records.acls();
    expect(records.stat()).toBe(12);
    expect(records.strings()).toBe(2);
    expect(records.int()).toBe(5);
    expect([records.left, records.short]).toEqual([0, false]);
  });

  it.each([
    [[0, 0], '0x0'],
    [[0, 255], '0xff'],
    [[1, 2], '0x100000002'],
    [[-1, -1], '0xffffffffffffffff'],
  ])('have transactions in hexadecimal: %o', ([high, low], hex) => {
    expect(over(int(high!), int(low!)).long()).toBe(hex);
  });

  it('say when something was asked that they do not hold', () => {
    const short = over([0, 0]);
    expect([short.int(), short.bool(), short.long(), short.stat(), short.short]).toEqual([0, false, '0x0', 0, true]);
    const cut = over(int(100), '/a');
    expect([cut.string(), cut.short, cut.left]).toEqual([null, true, 0]);
    expect(over(int(-1)).string()).toBeNull();
  });

  it('step over lists that lie about their length, in no time', () => {
    const list = over(int(0x7fff_ffff), text('a'));
    expect(list.strings()).toBe(0x7fff_ffff);
    expect(list.short).toBe(true);
    const acls = over(int(0x7fff_ffff), int(1));
    acls.acls();
    expect(acls.short).toBe(true);
  });

  it('have buffers of no length', () => {
    const records = over(int(-1), int(0), int(9));
    expect([records.buffer(), records.buffer(), records.int()]).toEqual([0, 0, 9]);
  });
});
