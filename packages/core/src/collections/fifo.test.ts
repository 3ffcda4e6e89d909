import { describe, expect, it } from 'vitest';
import { Fifo } from './fifo.js';

describe('Fifo', () => {
  it('gives back what came, in its order, however many come and go', () => {
    const queue = new Fifo<number>();
    let [put, taken] = [0, 0];
    for (let round = 0; round < 200; round++) {
      for (let i = 0; i < 50; i++) queue.push(put++);
      for (let i = 0; i < (round % 3 === 0 ? 20 : 60) && queue.length > 0; i++) {
        expect(queue.first).toBe(taken);
        expect(queue.shift()).toBe(taken++);
      }
      expect(queue.length).toBe(put - taken);
    }
  });

  it('parts with an item wherever it stands, and with all at once', () => {
    const queue = new Fifo<number>();
    for (let n = 0; n < 200; n++) queue.push(n);
    for (let n = 0; n < 100; n++) queue.shift();
    expect([queue.remove(150), queue.remove(100), queue.remove(5), queue.remove(150)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([...queue].slice(0, 2)).toEqual([101, 102]);
    expect(queue.drain()).toEqual(Array.from({ length: 99 }, (_, n) => 101 + n).filter((n) => n !== 150));
    expect([queue.length, queue.first, [...queue]]).toEqual([0, undefined, []]);
  });

  it('has nothing to give when it is empty', () => {
    const queue = new Fifo<string>();
    expect([queue.first, queue.shift(), queue.length]).toEqual([undefined, undefined, 0]);
    queue.push('a');
    expect([queue.shift(), queue.shift(), queue.first]).toEqual(['a', undefined, undefined]);
  });
});
