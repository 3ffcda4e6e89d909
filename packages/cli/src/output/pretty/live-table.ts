import type { WriteStream } from 'node:tty';
import type { Exchange, ProbeEvent } from '@sonde/core';
import { divertWarnings, isColourful } from '../../terminal.js';
import type { ExchangeOutput } from '../exchange-output.js';
import { EndpointTable } from './endpoint-table.js';
import { eventLine } from './event-line.js';
import { fit, formatCount } from './format.js';
import { renderTable } from './render-table.js';

const REFRESH_MS = 1000;
/** Most events of probes' own that are shown below the table. */
const MAX_EVENTS = 8;
const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

/**
 * A table on a terminal that refreshes every second, on the alternate screen; when it ends, the terminal is as it was,
 * and the table of everything stays.
 */
export class LiveTable implements ExchangeOutput {
  readonly #terminal: WriteStream;
  readonly #table = new EndpointTable();
  readonly #colour: boolean;
  readonly #startedAt = performance.now();
  #drawnAt = performance.now();
  #timer: NodeJS.Timeout | null = null;
  #restoreWarnings: (() => void) | null = null;
  #warning = '';
  /** The newest events, the newest last. */
  readonly #events: string[] = [];

  constructor(terminal: WriteStream) {
    this.#terminal = terminal;
    this.#colour = isColourful(terminal);
  }

  /** Takes the screen after a second: what is said until then stays readable when the table has gone. */
  start(): void {
    this.#timer = setInterval(() => this.#draw(), REFRESH_MS);
    process.once('exit', this.#leave);
  }

  exchange(exchange: Exchange): void {
    this.#table.add(exchange);
  }

  event(event: ProbeEvent): void {
    this.#events.push(eventLine(event));
    if (this.#events.length > MAX_EVENTS) this.#events.shift();
  }

  async drained(): Promise<void> {}

  end(): void {
    this.#leave();
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const rows = this.#table.rows('all').map((row) => ({ ...row, rate: row.total / Math.max(seconds, 0.001) }));
    rows.sort((a, b) => b.total - a.total);
    if (this.#events.length > 0) this.#terminal.write(`${this.#events.join('\n')}\n`);
    if (rows.length === 0) return;
    const style = { width: this.#terminal.columns || 80, height: Number.POSITIVE_INFINITY, colour: this.#colour };
    this.#terminal.write(`${renderTable(rows, style).join('\n')}\n`);
  }

  #leave = (): void => {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    process.off('exit', this.#leave);
    if (this.#restoreWarnings === null) return;
    this.#terminal.write(LEAVE);
    this.#restoreWarnings();
    this.#restoreWarnings = null;
  };

  #enter(): void {
    this.#terminal.write(ENTER);
    this.#restoreWarnings = divertWarnings((line) => {
      this.#warning = line;
    });
  }

  #draw(): void {
    if (this.#restoreWarnings === null) this.#enter();
    const now = performance.now();
    const recent = this.#table;
    recent.turn(now, now - this.#drawnAt);
    this.#drawnAt = now;
    const width = this.#terminal.columns || 80;
    const height = this.#terminal.rows || 24;
    const rows = recent.rows('recent');
    const rate = rows.reduce((sum, row) => sum + row.rate, 0);
    const running = formatClock(now - this.#startedAt);
    const title = `sonde  ${running}  ${formatCount(rate)} req/s  ${recent.total} exchanges  ${recent.errors} errors`;
    const events = this.#events.slice(-Math.max(1, height - 8));
    const room = height - 4 - (events.length > 0 ? events.length + 1 : 0);
    const lines = [fit(title, width), '', ...renderTable(rows, { width, height: room, colour: this.#colour })];
    if (rows.length === 0 && events.length === 0) lines.push('waiting for the first exchange');
    if (events.length > 0) lines.push('', ...events.map((line) => fit(line, width)));
    if (this.#warning) lines.push('', fit(this.#warning, width));
    this.#terminal.write(`${HOME}${lines.join(`${CLEAR_LINE}\n`)}${CLEAR_LINE}${CLEAR_BELOW}`);
  }
}

function formatClock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
}
