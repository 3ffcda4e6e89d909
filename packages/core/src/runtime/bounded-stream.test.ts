import { describe, expect, it } from 'vitest';
import { BoundedStream } from './bounded-stream.js';

async function rest<T>(stream: BoundedStream<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe('BoundedStream', () => {
  it('gives items in order, those before the first read too, and ends', async () => {
    const stream = new BoundedStream<number>();
    stream.push(1);
    stream.push(2);
    const items = rest(stream);
    await Promise.resolve();
    stream.push(3);
    stream.end();
    stream.push(4);
    expect(await items).toEqual([1, 2, 3]);
  });

  it.each([
    ['oldest', [3, 4]],
    ['newest', [1, 2]],
  ] as const)('drops the %s item when it is full, and counts it', async (drop, kept) => {
    let dropped = 0;
    const stream = new BoundedStream<number>({ capacity: 2, drop }, { dropped: (count) => (dropped += count) });
    for (const item of [1, 2, 3, 4]) stream.push(item);
    expect([dropped, stream.size]).toEqual([2, 2]);
    stream.end();
    expect(await rest(stream)).toEqual(kept);
  });

  it('stays in order when it is filled and emptied many times over', async () => {
    const stream = new BoundedStream<number>({ capacity: 3 });
    const read: number[] = [];
    for (let item = 0; item < 20; item++) {
      stream.push(item);
      if (item % 3 !== 0) read.push((await stream.next()).value!);
    }
    stream.end();
    read.push(...(await rest(stream)));
    expect(read).toEqual([...read].sort((a, b) => a - b));
  });

  it('ends for a consumer that breaks off, and says so once', async () => {
    let closed = 0;
    const stream = new BoundedStream<number>({}, { closed: () => closed++ });
    stream.push(1);
    stream.push(2);
    for await (const _ of stream) break;
    stream.push(3);
    stream.end();
    expect([closed, stream.size]).toEqual([1, 0]);
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });

  it('ends for all who wait', async () => {
    const stream = new BoundedStream<number>();
    const waiting = [stream.next(), stream.next()];
    stream.push(1);
    stream.end();
    expect(await Promise.all(waiting)).toEqual([
      { value: 1, done: false },
      { value: undefined, done: true },
    ]);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a capacity of %d', (capacity) => {
    expect(() => new BoundedStream({ capacity })).toThrowError(RangeError);
  });
});
