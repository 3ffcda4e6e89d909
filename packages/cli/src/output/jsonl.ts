import type { Writable } from 'node:stream';
import { type Exchange, eventToJson, exchangeToJson, type ProbeEvent } from '@sonde/core';
import type { ExchangeOutput } from './exchange-output.js';
import { LineWriter } from './line-writer.js';

/** One JSON object a line. */
export class JsonLines implements ExchangeOutput {
  readonly #writer: LineWriter;

  constructor(stream: Writable) {
    this.#writer = new LineWriter(stream);
  }

  exchange(exchange: Exchange, file?: string): void {
    this.#writer.line(exchangeToJson(exchange, file === undefined ? {} : { file }));
  }

  event(event: ProbeEvent): void {
    this.#writer.line(eventToJson(event));
  }

  drained(): Promise<void> {
    return this.#writer.drained();
  }

  end(): void {
    this.#writer.flush();
  }
}
