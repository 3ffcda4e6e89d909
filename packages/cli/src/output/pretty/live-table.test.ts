import type { WriteStream } from 'node:tty';
import type { Exchange } from '@sonde/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { warn } from '../../terminal.js';
import { LiveTable } from './live-table.js';
import { PlainTable } from './plain-table.js';

const exchange = (name: string, error: string | null = null, startUnixNano = 0n) =>
  ({ protocol: 'http1', name, durationNs: 1e6, error, startUnixNano }) as Exchange;

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';

/** Escape sequences, which have no width. */
const SEQUENCE = new RegExp(`${String.fromCharCode(27)}\\[[?0-9;]*[A-Za-z]`, 'g');

/** Collects what is written to a terminal of 60 columns and 10 rows. */
class Terminal {
  columns = 60;
  rows = 10;
  isTTY = true;
  written = '';

  write(text: string): boolean {
    this.written += text;
    return true;
  }

  take(): string {
    const { written } = this;
    this.written = '';
    return written;
  }

  get stream(): WriteStream {
    return this as unknown as WriteStream;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('the live table', () => {
  it('takes the screen after a second, refreshes every second, and gives the screen back', () => {
    const terminal = new Terminal();
    const table = new LiveTable(terminal.stream);
    table.start();
    table.exchange(exchange('GET /a'));
    expect(terminal.take()).toBe('');
    vi.advanceTimersByTime(1000);
    const first = terminal.take();
    expect(first).toContain(ENTER);
    expect(first).toContain('1 exchanges');
    expect(first).toMatch(/GET \/a +1 /);
    table.exchange(exchange('GET /a', '500'));
    vi.advanceTimersByTime(1000);
    expect(terminal.take()).toMatch(/2 exchanges {2}1 errors/);
    table.end();
    const last = terminal.take();
    expect(last.startsWith(LEAVE)).toBe(true);
    expect(last).toMatch(/GET \/a +\d+ +2/);
    vi.advanceTimersByTime(5000);
    expect(terminal.take()).toBe('');
  });

  it('leaves the screen alone when it ends within the first second', () => {
    const terminal = new Terminal();
    const table = new LiveTable(terminal.stream);
    table.start();
    table.end();
    expect(terminal.take()).toBe('');
  });

  it('says that it waits while there is nothing to show', () => {
    const terminal = new Terminal();
    const table = new LiveTable(terminal.stream);
    table.start();
    vi.advanceTimersByTime(1000);
    expect(terminal.take()).toContain('waiting for the first exchange');
    table.end();
  });

  it('fits the terminal, also when that changes its size', () => {
    const terminal = new Terminal();
    const table = new LiveTable(terminal.stream);
    table.start();
    for (let index = 0; index < 30; index++) table.exchange(exchange(`GET /${index}`));
    for (const [columns, rows] of [
      [60, 10],
      [30, 6],
      [100, 40],
    ] as const) {
      Object.assign(terminal, { columns, rows });
      vi.advanceTimersByTime(1000);
      const lines = terminal.take().replace(SEQUENCE, '').split('\n');
      expect(lines.length).toBeLessThanOrEqual(rows);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
    table.end();
  });

  it('shows warnings within, and once more on stderr when it has gone', () => {
    const { isTTY } = process.stderr;
    process.stderr.isTTY = true;
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const terminal = new Terminal();
    const table = new LiveTable(terminal.stream);
    table.start();
    vi.advanceTimersByTime(1000);
    warn('warning: something is lost');
    expect(stderr).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(terminal.take()).toContain('warning: something is lost');
    table.end();
    process.stderr.isTTY = isTTY;
    expect(stderr.mock.calls.map(([text]) => text)).toEqual(['warning: something is lost\n']);
  });
});

describe('the table without a terminal', () => {
  it('reports every ten seconds what was busy, and everything at the end', () => {
    const terminal = new Terminal();
    const table = new PlainTable(terminal.stream);
    table.start();
    table.exchange(exchange('GET /early'));
    vi.advanceTimersByTime(10_000);
    expect(terminal.take()).toMatch(/^\d{4}-\d\d-\d\dT.*\nprotocol .*\nhttp1 +GET \/early .*\n$/);
    vi.advanceTimersByTime(10_000);
    expect(terminal.take()).toBe('');
    table.exchange(exchange('GET /late'));
    table.end();
    const lines = terminal.take().trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    vi.advanceTimersByTime(30_000);
    expect(terminal.take()).toBe('');
  });

  it('works rates out by the time of the exchanges, which a capture has of its own', () => {
    const terminal = new Terminal();
    const table = new PlainTable(terminal.stream);
    for (let index = 0; index <= 100; index++) table.exchange(exchange('GET /', null, BigInt(index) * 100_000_000n));
    table.end();
    expect(terminal.take()).toMatch(/GET \/ +10 +101 /);
  });

  it('gives the rate over the whole run, also of a burst', () => {
    const terminal = new Terminal();
    const table = new PlainTable(terminal.stream);
    table.start();
    vi.advanceTimersByTime(3000);
    for (let index = 0; index < 5; index++) table.exchange(exchange('GET /', null, BigInt(index)));
    table.exchange(exchange('GET /once'));
    vi.advanceTimersByTime(500);
    table.end();
    expect(terminal.take()).toMatch(/GET \/ +1\.4 +5 .*\nhttp1 +GET \/once +0\.3 +1 /);
  });

  it('gives no rate where the time was too short for one', () => {
    const terminal = new Terminal();
    const table = new PlainTable(terminal.stream);
    table.exchange(exchange('GET /'));
    table.exchange(exchange('GET /', null, 9_000_000n));
    table.end();
    expect(terminal.take()).toMatch(/GET \/ +- +2 /);
  });

  it('gives rates of captures whose endpoints were asked once each', () => {
    const terminal = new Terminal();
    const table = new PlainTable(terminal.stream);
    for (let index = 0; index < 5; index++) table.exchange(exchange(`GET /${index}`, null, BigInt(index) * 10n ** 9n));
    table.end();
    expect(terminal.take().match(/ 0\.2 +1 /g)).toHaveLength(5);
  });

  it('prints nothing when nothing was seen', () => {
    const terminal = new Terminal();
    new PlainTable(terminal.stream).end();
    expect(terminal.take()).toBe('');
  });
});

describe('events of probes', () => {
  const event = (number: number) => ({ event: 'x.y', number });

  it('stand below the live table, the newest few, and stay when it ends', () => {
    const terminal = new Terminal();
    const table = new LiveTable(terminal.stream);
    table.start();
    for (let number = 0; number < 20; number++) table.event(event(number));
    vi.advanceTimersByTime(1000);
    const screen = terminal.take();
    expect(screen).toContain('number=19');
    expect(screen).not.toContain('number=11');
    expect(screen).not.toContain('waiting');
    table.end();
    expect(terminal.take()).toContain('x.y  number=19');
  });

  it('are lines of their own where there is no terminal', () => {
    const terminal = new Terminal();
    const table = new PlainTable(terminal.stream);
    table.event(event(1));
    table.end();
    expect(terminal.take()).toBe('x.y  number=1\n');
  });
});
