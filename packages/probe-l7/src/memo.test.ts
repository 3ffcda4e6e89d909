import { describe, expect, it } from 'vitest';
import { Memo } from './memo.js';

describe('Memo', () => {
  it('makes a text once and gives the same result again', () => {
    let made = 0;
    const memo = new Memo((text) => ({ text, number: ++made }));
    const first = memo.get('a');
    expect(memo.get('a')).toBe(first);
    expect(made).toBe(1);
  });

  it('forgets what did not come again for two generations, and keeps what did', () => {
    const made: string[] = [];
    const memo = new Memo((text) => made.push(text), 4);
    memo.get('often');
    for (let i = 0; i < 40; i++) {
      memo.get(`once ${i}`);
      memo.get('often');
    }
    expect(made.filter((text) => text === 'often')).toHaveLength(1);
    memo.get('once 0');
    expect(made.filter((text) => text === 'once 0')).toHaveLength(2);
  });

  it('does not remember long texts', () => {
    let made = 0;
    const memo = new Memo(() => ++made, 4, 10);
    memo.get('x'.repeat(11));
    expect(memo.get('x'.repeat(11))).toBe(2);
    memo.get('x'.repeat(10));
    expect(memo.get('x'.repeat(10))).toBe(3);
  });
});
