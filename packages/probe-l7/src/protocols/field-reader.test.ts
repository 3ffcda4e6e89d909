import { describe, expect, it } from 'vitest';
import { FieldReader } from './field-reader.js';

class Numbers extends FieldReader {
  uint16(): number {
    const at = this.take(2);
    return at < 0 ? 0 : this.view.getUint16(at);
  }
}

const over = (bytes: number[], start = 0, end = bytes.length) => {
  const memory = Uint8Array.from(bytes);
  return new Numbers().over(memory, new DataView(memory.buffer), start, end);
};

describe('FieldReader', () => {
  it('reads within its range only, and says once it was asked for more', () => {
    const numbers = over([9, 1, 2, 3, 4, 9, 9], 1, 5);
    expect([numbers.uint16(), numbers.left, numbers.short]).toEqual([0x0102, 2, false]);
    numbers.skip(1);
    expect([numbers.uint16(), numbers.uint16(), numbers.short, numbers.left]).toEqual([0, 0, true, 0]);
  });

  it('takes a negative length for one that is not there', () => {
    const numbers = over([1, 2, 3, 4]);
    numbers.skip(-2);
    expect([numbers.uint16(), numbers.short]).toEqual([0, true]);
  });

  it('forgets what was short when it begins anew', () => {
    const numbers = over([]);
    expect([numbers.uint16(), numbers.short]).toEqual([0, true]);
    const bytes = Uint8Array.of(0, 7);
    expect(numbers.over(bytes, new DataView(bytes.buffer), 0, 2).uint16()).toBe(7);
    expect(numbers.short).toBe(false);
  });
});
