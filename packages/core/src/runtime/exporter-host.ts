import type {
  Exchange,
  ExporterDefinition,
  ExporterDependencies,
  ExporterInstance,
  Logger,
  ProbeEvent,
} from '../contracts/index.js';
import { toError, withinDeadline } from './deadline.js';
import type { Planned } from './plan.js';

/** An exporter that does not stop in this time is left alone, in milliseconds. */
const STOP_MS = 10_000;

/** Keeps the faults of one exporter away from the pipeline, and counts what it gives up. */
export class ExporterHost {
  readonly id: string;
  /** Given up, by reason. */
  readonly dropped = new Map<string, number>();
  readonly #instance: ExporterInstance;
  readonly #logger: Logger;
  #stopped: Promise<void> | null = null;
  #threw = false;

  /** @throws what the exporter's factory throws */
  constructor(exporter: Planned<ExporterDefinition>, dependencies: Omit<ExporterDependencies, 'dropped'>) {
    this.id = exporter.id;
    this.#logger = dependencies.logger;
    this.#instance = exporter.definition.create(
      { ...dependencies, dropped: (reason, count) => this.#drop(reason, count) },
      exporter.options as never,
    );
  }

  /** Whether it wants exchanges at all. */
  get takesExchanges(): boolean {
    return this.#instance.exchange !== undefined;
  }

  get address(): string | null {
    return this.#instance.address?.() ?? null;
  }

  /** Items that wait in it, or null where it has no queue. */
  get queued(): number | null {
    return this.#instance.queued?.() ?? null;
  }

  /** @throws what the exporter throws: a port in use, a folder that isn't there */
  start(): Promise<void> {
    return this.#instance.start();
  }

  exchange(exchange: Exchange): void {
    try {
      this.#instance.exchange?.(exchange);
    } catch (error) {
      this.#fault(error);
    }
  }

  event(event: ProbeEvent): void {
    try {
      this.#instance.event?.(event);
    } catch (error) {
      this.#fault(error);
    }
  }

  /** Flushes and closes, within ten seconds; idempotent, never throws. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    try {
      const stopped = await withinDeadline(this.#instance.stop(), STOP_MS);
      if (!stopped) this.#logger.error(`exporter '${this.id}' did not stop within ${STOP_MS / 1000} s`);
    } catch (error) {
      this.#logger.error(`exporter '${this.id}' failed to stop: ${toError(error).message}`, { error });
    }
  }

  #drop(reason: string, count: number): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + count);
  }

  #fault(error: unknown): void {
    this.#drop('fault', 1);
    // Once: a broken exporter breaks on every exchange.
    if (!this.#threw) this.#logger.error(`exporter '${this.id}' threw: ${toError(error).message}`, { error });
    this.#threw = true;
  }
}
