import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fileError } from './file-error.js';
import { describeError } from './report-error.js';

function linesFor(file: string): string[] {
  try {
    readFileSync(file);
  } catch (error) {
    return describeError(fileError(file, error as Error));
  }
  throw new Error(`${file} could be read`);
}

describe("a file that can't be read", () => {
  it.each([
    [
      'nofile',
      "error: 'nofile' can't be read: ENOENT: no such file or directory [FILE_UNREADABLE]",
      `paths begin at ${process.cwd()}`,
    ],
    [
      '/no/file',
      "error: '/no/file' can't be read: ENOENT: no such file or directory [FILE_UNREADABLE]",
      'look at its path',
    ],
    [
      './',
      "error: './' can't be read: EISDIR: illegal operation on a directory [FILE_UNREADABLE]",
      'name the files in it: ./*',
    ],
  ])('is told of in one line, with a hint: %s', (file, line, hint) => {
    expect(linesFor(file)).toEqual([line, `  hint: ${hint}`]);
  });

  it('that is one of others says who may read it', () => {
    const error = Object.assign(new Error("EACCES: permission denied, open 'x'"), { code: 'EACCES', syscall: 'open' });
    expect(fileError('x', error)).toMatchObject({ hint: expect.stringContaining('owner') });
  });

  it('leaves other errors alone', () => {
    const error = new Error('a fault of ours');
    expect(fileError('x', error)).toBe(error);
  });
});
