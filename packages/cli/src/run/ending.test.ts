import { afterEach, describe, expect, it, vi } from 'vitest';
import { Ending } from './ending.js';

const endings: Ending[] = [];
function ending(onSignal?: (signal: NodeJS.Signals) => void): Ending {
  const made = new Ending(onSignal);
  endings.push(made);
  return made;
}
afterEach(() => {
  for (const made of endings.splice(0)) made.release();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('an ending', () => {
  it('is the first of several reasons', async () => {
    const one = ending();
    one.end('command');
    one.end('duration');
    expect(await one.promise).toBe('command');
  });

  it('comes after a time', async () => {
    vi.useFakeTimers();
    const one = ending();
    one.after(5000);
    vi.advanceTimersByTime(5000);
    expect(await one.promise).toBe('duration');
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('comes by %s, which is passed on', async (signal) => {
    const seen: string[] = [];
    const one = ending((name) => seen.push(name));
    process.emit(signal, signal);
    expect(await one.promise).toBe('signal');
    expect(seen).toEqual([signal]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('is forced by the third %s', (signal, status) => {
    const exit = vi.spyOn(process, 'exit').mockImplementation((() => {}) as never);
    ending();
    for (let count = 0; count < 3; count++) process.emit(signal, signal);
    expect(exit).toHaveBeenCalledExactlyOnceWith(status);
  });

  it('gives signals back when it is released', () => {
    const before = process.listenerCount('SIGINT');
    const one = ending();
    expect(process.listenerCount('SIGINT')).toBe(before + 1);
    one.release();
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
