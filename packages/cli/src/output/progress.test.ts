import { describe, expect, it, vi } from 'vitest';
import { formatBytes, Progress } from './progress.js';

function terminal(isTTY: boolean) {
  const written: string[] = [];
  const stream = { isTTY, columns: 20, write: (text: string) => written.push(text) };
  return { stream: stream as unknown as NodeJS.WriteStream, written };
}

describe('progress', () => {
  it('is shown on a terminal, twice a second, fits it, and goes away', () => {
    vi.useFakeTimers();
    const { stream, written } = terminal(true);
    const progress = new Progress(stream, {});
    progress.show(() => 'too early');
    vi.advanceTimersByTime(600);
    progress.show(() => 'a line that is longer than the terminal');
    progress.show(() => 'too early again');
    progress.clear();
    progress.clear();
    vi.useRealTimers();
    expect(written).toEqual(['\r\x1b[Ka line that is lon…', '\r\x1b[K']);
  });

  it.each([
    ['there is no terminal', false, false],
    ['the data goes to the same terminal', true, true],
  ])('is not shown where %s', (_why, isTTY, dataIsTTY) => {
    vi.useFakeTimers();
    const { stream, written } = terminal(isTTY);
    const progress = new Progress(stream, { isTTY: dataIsTTY });
    vi.advanceTimersByTime(600);
    progress.show(() => 'line');
    progress.clear();
    vi.useRealTimers();
    expect(written).toEqual([]);
  });

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [5 * 2 ** 30, '5.0 GiB'],
    [2 ** 60, '1048576.0 TiB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
