import type { Writable } from 'node:stream';
import type { Exchange, ProbeEvent } from '@sonde/core';
import type { ExchangeOutput } from '../exchange-output.js';
import { EndpointTable } from './endpoint-table.js';
import { eventLine } from './event-line.js';
import { renderTable } from './render-table.js';

/** Plain lines need no terminal's width. */
const WIDTH = 120;
/** Seconds below which exchanges for each second say nothing. */
const SHORTEST = 0.1;
/** How often a running agent reports where there is no terminal. */
const INTERVAL_MS = 10_000;

/**
 * The table where there is no terminal: what was busy, every ten seconds, and at the end everything, with the rate over
 * the whole time.
 */
export class PlainTable implements ExchangeOutput {
  readonly #stream: Writable;
  readonly #table = new EndpointTable();
  #timer: NodeJS.Timeout | null = null;
  #turnedAt = performance.now();
  /** When a running agent began, in milliseconds; null for a capture, which has a time of its own. */
  #startedAt: number | null = null;
  /** First start and last end of an exchange, nanoseconds. */
  #first: bigint | null = null;
  #last = 0n;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** Begins to report periodically. */
  start(): void {
    this.#startedAt = this.#turnedAt = performance.now();
    this.#timer = setInterval(() => this.#report(), INTERVAL_MS);
  }

  exchange(exchange: Exchange): void {
    this.#table.add(exchange);
    const start = exchange.startUnixNano;
    if (this.#first === null || start < this.#first) this.#first = start;
    const end = start + BigInt(Math.round(exchange.durationNs ?? 0));
    if (end > this.#last) this.#last = end;
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
    const seconds = this.#seconds();
    for (const row of rows) row.rate = seconds < SHORTEST ? Number.NaN : row.total / seconds;
    rows.sort((a, b) => b.total - a.total);
    this.#print(rows);
  }

  /** How long all of it took. */
  #seconds(): number {
    if (this.#startedAt !== null) return (performance.now() - this.#startedAt) / 1000;
    return Number(this.#last - (this.#first ?? 0n)) / 1e9;
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
