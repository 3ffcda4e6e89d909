import {
  type Exchange,
  type ExporterDependencies,
  type ExporterInstance,
  eventToJson,
  exchangeToJson,
  type ProbeEvent,
} from '@sonde/core';
import type { Settings } from './index.js';
import { post } from './post.js';

/** Takes what comes, at once; sends it in batches, one at a time; counts what it gives up. */
export class __pascal__Exporter implements ExporterInstance {
  readonly #dependencies: ExporterDependencies;
  readonly #settings: Settings;
  readonly #ending = new AbortController();
  /** Nothing in an exchange is leased, so it may wait; it is written out only when it is sent. */
  #queue: (() => string)[] = [];
  #sending: Promise<void> | null = null;
  #stopped: Promise<void> | null = null;

  constructor(dependencies: ExporterDependencies, settings: Settings) {
    this.#dependencies = dependencies;
    this.#settings = settings;
  }

  async start(): Promise<void> {}

  exchange(exchange: Exchange): void {
    this.#put(() => exchangeToJson(exchange));
  }

  event(event: ProbeEvent): void {
    this.#put(() => eventToJson(event));
  }

  async flush(): Promise<void> {
    await this.#sending;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const deadline = setTimeout(() => this.#ending.abort(), this.#settings.stopMs);
    await this.#sending;
    clearTimeout(deadline);
  }

  #put(line: () => string): void {
    if (this.#stopped !== null) return this.#dependencies.dropped('shutdown', 1);
    if (this.#queue.length >= this.#settings.maxQueue) return this.#dependencies.dropped('queue-full', 1);
    this.#queue.push(line);
    this.#sending ??= this.#send();
  }

  async #send(): Promise<void> {
    // Later in this turn of the event loop: more may come.
    await Promise.resolve();
    const { url, batchSize, timeoutMs } = this.#settings;
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, this.#ending.signal.aborted ? this.#queue.length : batchSize);
      const body = batch.map((line) => `${line()}\n`).join('');
      const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(timeoutMs)]);
      const failure = await post(url, body, signal);
      if (failure !== null) this.#dependencies.dropped(failure, batch.length);
    }
    this.#sending = null;
  }
}
