import { describe, expect, it } from 'vitest';
import { Words } from './words.js';

const read = (line: string) => {
  const words = new Words();
  const bytes = Buffer.from(line);
  return { words, count: words.read(bytes, 0, bytes.length) };
};

describe('words of a message', () => {
  it('are told apart by blanks and tabs, however many', () => {
    const { words, count } = read('  orders.new \t _INBOX.1  12 ');
    expect(count).toBe(3);
    expect([words.text(0), words.text(1), words.decimal(2)]).toEqual(['orders.new', '_INBOX.1', 12]);
  });

  it.each(['', ' ', '\t'])('are none in %j', (line) => {
    expect(read(line).count).toBe(0);
  });

  it('are too many for any message where there are more than five', () => {
    expect(read('1 2 3 4 5').count).toBe(5);
    expect(read('1 2 3 4 5 6').count).toBeGreaterThan(5);
  });

  it.each(['x', '-1', '1x', '12345678901', '1.5'])('are no number like %s', (word) => {
    expect(read(word).words.decimal(0)).toBe(-1);
  });

  it('give no number where there is no word', () => {
    expect(read('7').words.decimal(-1)).toBe(-1);
    expect(read('7').words.decimal(6)).toBe(-1);
  });

  it('are read whole, longer ones too, and in UTF-8', () => {
    const long = 'ä'.repeat(100);
    expect(read(`${long} 1`).words.text(0)).toBe(long);
  });
});
