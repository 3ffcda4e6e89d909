import type { Writable } from 'node:stream';
import type { Exchange, ProbeEvent } from '@sonde/core';
import type { ExchangeOutput } from '../exchange-output.js';
import { EndpointTable } from './endpoint-table.js';
import { eventLine } from './event-line.js';
import { renderTable } from './render-table.js';

/** Plain lines need no terminal's width. */
const WIDTH = 120;
/** How often a running agent reports where there is no terminal. */
const INTERVAL_MS = 10_000;

/** The table where there is no terminal: what was busy, every ten seconds, and everything at the end. */
export class PlainTable implements ExchangeOutput {
  readonly #stream: Writable;
  readonly #table = new EndpointTable();
  #timer: NodeJS.Timeout | null = null;
  #turnedAt = performance.now();
  /** Start of the first and of the last exchange: captures have a time of their own. */
  #first: bigint | null = null;
  #last = 0n;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** Begins to report periodically. */
  start(): void {
    this.#timer = setInterval(() => this.#report(), INTERVAL_MS);
  }

  exchange(exchange: Exchange): void {
    this.#table.add(exchange);
    const start = exchange.startUnixNano;
    if (this.#first === null || start < this.#first) this.#first = start;
    if (start > this.#last) this.#last = start;
  }

  /** Events aren't summed up: each is a line. */
  event(event: ProbeEvent): void {
    this.#stream.write(`${eventLine(event)}\n`);
  }

  async drained(): Promise<void> {}

  end(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    const rows = this.#table.rows('all');
    if (rows.length === 0) return;
    const seconds = Math.max(Number(this.#last - (this.#first ?? 0n)) / 1e9, 0.001);
    for (const row of rows) row.rate = row.total > 1 ? row.total / seconds : 0;
    rows.sort((a, b) => b.total - a.total);
    this.#print(rows);
  }

  #report(): void {
    const now = performance.now();
    this.#table.turn(now, now - this.#turnedAt);
    this.#turnedAt = now;
    const busy = this.#table.rows('recent').filter((row) => row.rate > 0);
    if (busy.length > 0) this.#print(busy, `${new Date().toISOString()}\n`);
  }

  #print(rows: Parameters<typeof renderTable>[0], heading = ''): void {
    const lines = renderTable(rows, { width: WIDTH, height: Number.POSITIVE_INFINITY, colour: false });
    this.#stream.write(`${heading}${lines.join('\n')}\n`);
  }
}
