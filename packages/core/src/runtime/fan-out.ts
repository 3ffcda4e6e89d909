import type { Exchange, Logger, ProbeEvent, ProcessorDefinition } from '../contracts/index.js';
import { toError } from './deadline.js';
import type { ExporterHost } from './exporter-host.js';
import type { Planned } from './plan.js';

/** Takes what the agent's own streams are to see. Absent while nobody reads. */
export interface Listeners {
  exchange: ((exchange: Exchange) => void) | null;
  event: ((event: ProbeEvent) => void) | null;
}

/** What a {@link FanOut} works with. */
export interface FanOutOptions {
  processors: readonly Planned<ProcessorDefinition>[];
  exporters: readonly ExporterHost[];
  /** Counts an exchange in the metrics. */
  measure(exchange: Exchange): void;
  logger: Logger;
}

/** From the pipeline to everyone who wants exchanges: processors, metrics, exporters, the agent's streams. */
export class FanOut {
  readonly listeners: Listeners = { exchange: null, event: null };
  /** Exchanges that processors dropped, by processor: their intention, no loss. */
  readonly dropped = new Map<string, number>();
  /** Exchanges that were lost because a processor threw, by processor. */
  readonly faults = new Map<string, number>();
  readonly #processors: { id: string; process(exchange: Exchange): Exchange | null }[];
  readonly #exporters: readonly ExporterHost[];
  readonly #exchangeTakers: readonly ExporterHost[];
  readonly #measure: (exchange: Exchange) => void;
  readonly #logger: Logger;

  /** @throws what a processor's factory throws */
  constructor({ processors, exporters, measure, logger }: FanOutOptions) {
    this.#processors = processors.map(({ id, definition, options }) => ({
      id,
      process: definition.create(options as never),
    }));
    this.#exporters = exporters;
    this.#exchangeTakers = exporters.filter(({ takesExchanges }) => takesExchanges);
    this.#measure = measure;
    this.#logger = logger;
  }

  /** Called for each exchange; never throws. */
  readonly exchange = (exchange: Exchange): void => {
    const kept = this.#processors.length === 0 ? exchange : this.#process(exchange);
    if (kept === null) return;
    this.#measure(kept);
    for (const exporter of this.#exchangeTakers) exporter.exchange(kept);
    this.listeners.exchange?.(kept);
  };

  /** Called for each event of a probe's own; never throws. */
  readonly event = (event: ProbeEvent): void => {
    for (const exporter of this.#exporters) exporter.event(event);
    this.listeners.event?.(event);
  };

  #process(exchange: Exchange): Exchange | null {
    let kept: Exchange | null = exchange;
    for (const { id, process } of this.#processors) {
      try {
        kept = process(kept);
      } catch (error) {
        // It may have been about to mask something: what it didn't finish must not go on.
        if (!this.faults.has(id)) {
          this.#logger.error(`processor '${id}' threw: ${toError(error).message}`, { error });
        }
        this.faults.set(id, (this.faults.get(id) ?? 0) + 1);
        return null;
      }
      if (kept === null) {
        this.dropped.set(id, (this.dropped.get(id) ?? 0) + 1);
        return null;
      }
    }
    return kept;
  }
}
