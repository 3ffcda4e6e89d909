import { expect, test } from 'vitest';
import { encodeGlobal } from './global-value.js';

test.each([
  [1, 255, [255]],
  [1, true, [1]],
  [1, false, [0]],
  [2, -2, [254, 255]],
  [4, 0xdead_beef, [0xef, 0xbe, 0xad, 0xde]],
  [8, -1, [255, 255, 255, 255, 255, 255, 255, 255]],
  [8, 2n ** 64n - 1n, [255, 255, 255, 255, 255, 255, 255, 255]],
  [16, Uint8Array.of(1, 2), [1, 2]],
])('%i bytes of %s', (size, value, bytes) => {
  expect([...encodeGlobal('x', size, value)]).toEqual(bytes);
});

test.each([
  [1, 256],
  [1, -129],
  [4, 2 ** 32],
  [4, 1.5],
  [8, Number.NaN],
  [8, 2 ** 60],
  [8, 2n ** 64n],
  [16, 1],
  [4, new Uint8Array(5)],
])('%i bytes have no room for %s', (size, value) => {
  expect(() => encodeGlobal('x', size, value)).toThrow(
    expect.objectContaining({
      code: 'VALUE_OUT_OF_RANGE',
      message: expect.stringContaining(`variable x of ${size} bytes`),
    }),
  );
});
