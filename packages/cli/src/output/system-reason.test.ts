import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { systemReason } from './system-reason.js';

function thrownBy(action: () => unknown): NodeJS.ErrnoException {
  try {
    action();
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
  throw new Error('nothing was thrown');
}

it.each([
  ['/no/such, open file', 'ENOENT: no such file or directory'],
  ['/', 'EISDIR: illegal operation on a directory'],
])("a system error about '%s' is told without its call and its file", (path, reason) => {
  expect(systemReason(thrownBy(() => readFileSync(path)))).toBe(reason);
});

it('another error is told as it is', () => {
  expect(systemReason(new Error('oops, open'))).toBe('oops, open');
});
