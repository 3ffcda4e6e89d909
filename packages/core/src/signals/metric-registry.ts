import {
  type Attributes,
  type Clock,
  ConfigurationError,
  type MetricFamily,
  type MetricOptions,
  type MetricPoint,
  type MetricSink,
  type MetricSnapshot,
  type MetricType,
} from '../contracts/index.js';
import { LATENCY_BOUNDS } from './latency-bounds.js';
import { mergeFamilies } from './merge-snapshots.js';
import { type AnySeries, MetricFamilyStore } from './metric-family-store.js';
import { SELF_METRICS } from './self-telemetry.js';
import { CounterSeries, GaugeSeries, HistogramSeries } from './series.js';

/** OpenTelemetry's instrument name syntax. */
const NAME = /^[A-Za-z][A-Za-z0-9_.\-/]{0,254}$/;
/** Families are declared by code, not by traffic: more than this is a bug in a plugin. */
const MAX_FAMILIES = 1000;
const NO_ATTRIBUTES: Attributes = Object.freeze({});

/** How a {@link MetricRegistry} behaves. */
export interface MetricRegistryOptions {
  clock: Clock;
  /** Most series of one family; what is beyond goes to one series `otel.metric.overflow=true`. @default 2000 */
  maxSeries?: number;
  /** How long a series may stay without a record before it is freed, in milliseconds. @default 900000 (15 min) */
  idleMs?: number;
}

/** A counter of a {@link MetricRegistry}. */
export interface Counter {
  add(value: number, attributes?: Attributes): void;
  /** The series of these attributes, for hot paths: it stays for good, and `add` on it allocates nothing. */
  series(attributes?: Attributes): CounterSeries;
}

/** A gauge of a {@link MetricRegistry}. */
export interface Gauge {
  set(value: number, attributes?: Attributes): void;
  /** The series of these attributes, for hot paths. */
  series(attributes?: Attributes): GaugeSeries;
}

/** A histogram of a {@link MetricRegistry}. */
export interface Histogram {
  record(value: number, attributes?: Attributes): void;
  /** The series of these attributes, for hot paths. */
  series(attributes?: Attributes): HistogramSeries;
}

/**
 * Holds metrics as cumulative series. Reading changes nothing: two readers see the same. Bounded: series are capped for
 * each family and freed when idle.
 */
export class MetricRegistry implements MetricSink {
  /** Counts how often series were freed: whoever caches series of this registry looks here. */
  epoch = 0;
  readonly #clock: Clock;
  readonly #maxSeries: number;
  readonly #idleNs: number;
  readonly #started: number;
  readonly #families = new Map<string, MetricFamilyStore>();
  readonly #bounds = new Map<string, readonly number[]>();
  readonly #observers = new Set<(sink: MetricSink) => void>();
  #observerErrors = 0;

  /** @throws ConfigurationError `METRIC_INVALID` for a cap or an idle time that is no positive number. */
  constructor(options: MetricRegistryOptions) {
    this.#clock = options.clock;
    this.#maxSeries = positive('maxSeries', options.maxSeries ?? 2000);
    this.#idleNs = positive('idleMs', options.idleMs ?? 900_000) * 1e6;
    this.#started = options.clock.now();
  }

  /** @throws ConfigurationError `METRIC_INVALID`, `METRIC_CONFLICT` */
  counter(name: string, options: MetricOptions = {}): Counter {
    const family = this.counterFamily(name, options);
    return {
      add: (value, attributes = NO_ATTRIBUTES) => family.resolve(attributes).add(value),
      series: (attributes = NO_ATTRIBUTES) => family.resolve(attributes, true),
    };
  }

  /** @throws ConfigurationError `METRIC_INVALID`, `METRIC_CONFLICT` */
  gauge(name: string, options: MetricOptions = {}): Gauge {
    const family = this.#family(name, 'gauge', options, (attributes, at, pinned) => {
      return new GaugeSeries(attributes, at, pinned);
    });
    return {
      set: (value, attributes = NO_ATTRIBUTES) => family.resolve(attributes).set(value),
      series: (attributes = NO_ATTRIBUTES) => family.resolve(attributes, true),
    };
  }

  /** @throws ConfigurationError `METRIC_INVALID`, `METRIC_CONFLICT` */
  histogram(name: string, options: MetricOptions = {}): Histogram {
    const family = this.histogramFamily(name, options);
    return {
      record: (value, attributes = NO_ATTRIBUTES) => family.resolve(attributes).record(value),
      series: (attributes = NO_ATTRIBUTES) => family.resolve(attributes, true),
    };
  }

  /**
   * Values that live elsewhere: the callback runs at each snapshot, and what it gives holds for that snapshot only, so a
   * counter is given its **total**. What was recorded directly under the same name is added.
   */
  observe(callback: (sink: MetricSink) => void): () => void {
    this.#observers.add(callback);
    return () => this.#observers.delete(callback);
  }

  /** All metrics as they stand. */
  snapshot(): MetricSnapshot {
    const now = this.#clock.now();
    for (const family of this.#families.values()) family.sweep(now);
    const families = this.#collect();
    return {
      startUnixNano: this.#clock.toUnixNano(this.#started),
      timeUnixNano: this.#clock.toUnixNano(now),
      families: this.#observers.size === 0 ? families : mergeFamilies([families, this.#observed()]),
    };
  }

  /** Series of a histogram that may expire; for core's own hot paths. */
  histogramFamily(name: string, options: MetricOptions = {}): MetricFamilyStore<HistogramSeries> {
    const bounds = options.bounds ?? this.#bounds.get(name) ?? LATENCY_BOUNDS;
    checkBounds(name, bounds);
    const known = this.#bounds.get(name);
    if (known && (known.length !== bounds.length || known.some((bound, at) => bound !== bounds[at]))) {
      throw new ConfigurationError('METRIC_CONFLICT', `metric '${name}' is declared with two sets of bounds`);
    }
    const own = known ?? Object.freeze([...bounds]);
    const family = this.#family(name, 'histogram', options, (attributes, at, pinned) => {
      return new HistogramSeries(own, attributes, at, pinned);
    });
    this.#bounds.set(name, own);
    return family;
  }

  /** Series of a counter that may expire; for core's own hot paths. */
  counterFamily(name: string, options: MetricOptions = {}): MetricFamilyStore<CounterSeries> {
    return this.#family(name, 'counter', options, (attributes, at, pinned) => {
      return new CounterSeries(attributes, at, pinned);
    });
  }

  #family<S extends AnySeries>(
    name: string,
    type: MetricType,
    options: MetricOptions,
    make: (attributes: Attributes, createdAt: number, pinned: boolean) => S,
  ): MetricFamilyStore<S> {
    const known = this.#families.get(name);
    if (known) {
      if (known.settings.type === type) return known as MetricFamilyStore<S>;
      throw new ConfigurationError('METRIC_CONFLICT', `metric '${name}' is a ${known.settings.type}, not a ${type}`);
    }
    if (!NAME.test(name)) throw new ConfigurationError('METRIC_INVALID', `'${name}' is no metric name`);
    if (this.#families.size >= MAX_FAMILIES) {
      throw new ConfigurationError('METRIC_INVALID', `more than ${MAX_FAMILIES} metrics, at '${name}'`, {
        hint: 'put what varies into attributes, not into the name',
      });
    }
    const family = new MetricFamilyStore<S>({
      name,
      type,
      unit: options.unit ?? '',
      description: options.description ?? '',
      maxSeries: this.#maxSeries,
      idleNs: this.#idleNs,
      now: () => this.#clock.now(),
      make,
      expired: () => {
        this.epoch++;
      },
    });
    this.#families.set(name, family as unknown as MetricFamilyStore);
    return family;
  }

  #collect(): MetricFamily[] {
    const toUnixNano = (at: number) => this.#clock.toUnixNano(at);
    const families: MetricFamily[] = [];
    for (const family of this.#families.values()) {
      const { name, type, unit, description } = family.settings;
      const points: MetricPoint[] = [];
      for (const series of family.values()) {
        const point: MetricPoint = { attributes: series.attributes, startUnixNano: toUnixNano(series.createdAt) };
        if (series instanceof HistogramSeries) point.histogram = series.point(toUnixNano);
        else point.value = series.value;
        points.push(point);
      }
      families.push({ name, type, unit, description, points });
    }
    return families;
  }

  /** Runs the observers on a registry of their own, so that reading twice counts nothing twice. */
  #observed(): MetricFamily[] {
    const scratch = new MetricRegistry({ clock: this.#clock, maxSeries: this.#maxSeries });
    for (const observer of this.#observers) {
      try {
        observer(scratch);
      } catch {
        this.#observerErrors++;
      }
    }
    if (this.#observerErrors > 0) {
      const name = 'sonde.metrics.observer.errors';
      scratch.counter(name, SELF_METRICS[name]).add(this.#observerErrors);
    }
    // Such a total began when this registry did, not with the snapshot.
    const started = this.#clock.toUnixNano(this.#started);
    const families = scratch.#collect();
    for (const { points } of families) for (const point of points) point.startUnixNano = started;
    return families;
  }
}

function positive(name: string, value: number): number {
  if (value > 0 && Number.isFinite(value)) return value;
  throw new ConfigurationError('METRIC_INVALID', `${name} has to be a positive number, not ${value}`);
}

function checkBounds(name: string, bounds: readonly number[]): void {
  const ascending = bounds.every((bound, at) => Number.isFinite(bound) && (at === 0 || bound > bounds[at - 1]!));
  if (!ascending || bounds.length > 200) {
    throw new ConfigurationError('METRIC_INVALID', `bounds of '${name}' have to be finite, ascending, and at most 200`);
  }
}
