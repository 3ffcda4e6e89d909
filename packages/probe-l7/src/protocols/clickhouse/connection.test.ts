import { describe, expect, it } from 'vitest';
import { ClickhouseConnection } from './connection.js';

function supposed(revision: number, oldest: number, certain = false): ClickhouseConnection {
  return Object.assign(new ClickhouseConnection(), { revision, oldest, certain });
}

describe('a revision that turned out wrong', () => {
  it.each([
    [54_491, 54_488, null],
    [54_474, 54_459, 54_468],
    [54_468, 54_459, 54_462],
    [54_462, 54_459, 54_459],
    [54_459, 54_459, null],
    [54_452, 54_401, 54_419],
    [54_419, 54_401, null],
  ])('%d, of a query as since %d, gives way to %j', (revision, oldest, next) => {
    const connection = supposed(revision, oldest);
    connection.doubt();
    expect(connection.revision).toBe(next);
  });

  it('is none where both sides said it', () => {
    const connection = supposed(54_474, 54_459, true);
    connection.doubt();
    expect(connection.revision).toBe(54_474);
  });

  it('comes to an end', () => {
    const connection = supposed(54_999, 0);
    let turns = 0;
    for (; connection.revision !== null; turns++) connection.doubt();
    expect(turns).toBe(7);
  });
});
