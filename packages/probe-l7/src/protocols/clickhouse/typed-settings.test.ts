import { describe, expect, it } from 'vitest';
import { skipBinarySettings } from './typed-settings.js';
import { cursor, string, varint } from './wire.fixture.js';

/** What follows settings: a stage, the compression, a statement. */
const REST = `\x02\0${string('SELECT 1')}`;

describe('settings whose values nobody names the type of', () => {
  it.each([
    ['none', ''],
    ['a number', string('max_threads') + varint(8)],
    ['a large number', string('max_memory_usage') + varint(10_000_000_000)],
    ['a text', string('count_distinct_implementation') + string('uniqExact')],
    [
      'numbers and texts',
      string('max_threads') + varint(8) + string('profile') + string('web') + string('a') + varint(1),
    ],
  ])('are stepped over: %s', (_what, settings) => {
    const all = cursor(`${settings}\0${REST}`);
    expect([skipBinarySettings(all), all.left]).toEqual([true, REST.length]);
  });

  it('are not all there yet', () => {
    const settings = string('max_threads') + varint(8) + string('profile') + string('web');
    for (const size of [1, 5, 12, 14, 20, settings.length]) {
      const all = cursor(settings.slice(0, size));
      expect([skipBinarySettings(all), all.overrun], `${size} bytes`).toEqual([false, true]);
    }
  });

  it.each([
    ['a name that is none', `${string('max threads!')}\x08\0${REST}`],
    ['a name that is too long', `${string('x'.repeat(101))}\x08\0${REST}`],
    ['a value that nothing makes sense behind', `${string('max_threads')}\x08!!!!!!!!!!!!${REST}`],
  ])('are none with %s', (_what, text) => expect(skipBinarySettings(cursor(text))).toBe(false));
});
