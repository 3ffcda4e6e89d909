import { describe, expect, it } from 'vitest';
import { DynamicTable, type TableEntry } from './dynamic-table.js';

const entry = (value: string, size = 100): TableEntry => ({ name: 'a', value, field: 0, size });
const contents = (table: DynamicTable) => Array.from({ length: table.count }, (_, i) => table.get(i)!.value);

describe('the dynamic table', () => {
  it('counts from the newest entry, and grows', () => {
    const table = new DynamicTable(true);
    for (let i = 0; i < 40; i++) table.add(entry(String(i)));
    expect(contents(table)).toEqual(Array.from({ length: 40 }, (_, i) => String(39 - i)));
    expect(table.get(40)).toBeUndefined();
  });

  it('lets the oldest go at its limit, 4096 at first', () => {
    const table = new DynamicTable(true);
    for (let i = 0; i < 50; i++) table.add(entry(String(i)));
    expect(table).toMatchObject({ count: 40, size: 4000, complete: true });
    table.resize(250);
    expect(contents(table)).toEqual(['49', '48']);
  });

  it('is emptied by an entry that is larger than its limit', () => {
    const table = new DynamicTable(true);
    table.add(entry('small'));
    table.add(entry('large', 5000));
    expect(table).toMatchObject({ count: 0, size: 0, complete: true });
  });

  it('keeps 64 KiB of a larger one, and knows that it lacks the rest', () => {
    const table = new DynamicTable(true);
    table.resize(1 << 20);
    for (let i = 0; i < 700; i++) table.add(entry(String(i)));
    expect(table.size).toBeLessThanOrEqual(65_536);
    expect(table).toMatchObject({ count: 655, complete: false });
  });

  it('keeps the place of an entry that is too large to be kept', () => {
    const table = new DynamicTable(true);
    table.resize(1 << 20);
    table.add(entry('before'));
    table.add(entry('huge', 500_000));
    table.add(entry('after'));
    expect(contents(table)).toEqual(['after', null, 'before']);
  });

  it('forgets everything when a block was missed', () => {
    const table = new DynamicTable(true);
    table.add(entry('a'));
    table.forget();
    expect(table).toMatchObject({ count: 0, size: 0, complete: false });
    for (let i = 0; i < 100; i++) table.add(entry(String(i)));
    expect(table.count, 'without a limit that is known').toBe(100);
  });
});
