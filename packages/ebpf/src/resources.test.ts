import { expect, test } from 'vitest';
import { Resources } from './resources.js';

test('the youngest is closed first, and each once', () => {
  const closed: number[] = [];
  const resources = new Resources();
  for (const number of [1, 2, 3]) resources.add({ close: () => closed.push(number) });
  resources.close();
  resources.close();
  expect(closed).toEqual([3, 2, 1]);
});

test('one that was removed is left alone', () => {
  const resources = new Resources();
  const member = resources.add({
    close() {
      throw new Error('closed');
    },
  });
  resources.remove(member);
  expect(resources.size).toBe(0);
  resources.close();
});

test('all are closed when one fails, and its error is not lost', () => {
  const closed: number[] = [];
  const resources = new Resources();
  resources.add({ close: () => closed.push(1) });
  resources.add({
    close() {
      throw new Error('mine');
    },
  });
  resources.add({ close: () => closed.push(3) });
  expect(() => resources.close()).toThrow('mine');
  expect(closed).toEqual([3, 1]);
});

test('one that takes itself out while it is closed does no harm', () => {
  const resources = new Resources();
  const member = { close: () => resources.remove(member) };
  resources.add(member);
  resources.close();
  expect(resources.size).toBe(0);
});
