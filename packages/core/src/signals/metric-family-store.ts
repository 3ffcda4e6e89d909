import type { Attributes, MetricType } from '../contracts/index.js';
import { attributeKey, ownAttributes } from './attribute-key.js';
import type { CounterSeries, GaugeSeries, HistogramSeries } from './series.js';

/** Any series. */
export type AnySeries = CounterSeries | GaugeSeries | HistogramSeries;

/** Attributes of the one series that takes what is beyond the cap, by OpenTelemetry's name. */
export const OVERFLOW_ATTRIBUTES: Attributes = Object.freeze({ 'otel.metric.overflow': true });

/** How a family is made. */
export interface FamilySettings<S extends AnySeries> {
  name: string;
  type: MetricType;
  unit: string;
  description: string;
  /** Most series, the overflow series apart. */
  maxSeries: number;
  /** How long a series may stay untouched, nanoseconds. */
  idleNs: number;
  now(): number;
  make(attributes: Attributes, createdAt: number, pinned: boolean): S;
  /** Told when series were removed. */
  expired(count: number): void;
}

/** The series of one metric: capped, and freed when idle. */
export class MetricFamilyStore<S extends AnySeries = AnySeries> {
  readonly settings: FamilySettings<S>;
  readonly #series = new Map<string, S>();
  #overflow: S | null = null;
  #swept = Number.NEGATIVE_INFINITY;

  constructor(settings: FamilySettings<S>) {
    this.settings = settings;
  }

  /** Number of series, the overflow series included. */
  get size(): number {
    return this.#series.size + (this.#overflow ? 1 : 0);
  }

  /** The series of these attributes; the overflow series when the family is full. */
  resolve(attributes: Attributes, pinned = false): S {
    const own = ownAttributes(attributes);
    const key = attributeKey(own);
    const known = this.#series.get(key);
    if (known) {
      if (pinned) known.pinned = true;
      return known;
    }
    if (this.isFull()) return this.overflow();
    const series = this.settings.make(Object.freeze(own), this.settings.now(), pinned);
    this.#series.set(key, series);
    return series;
  }

  /** Whether a new series would go to the overflow series. Frees idle series first, now and then. */
  isFull(): boolean {
    if (this.#series.size < this.settings.maxSeries) return false;
    const now = this.settings.now();
    if (now - this.#swept > this.settings.idleNs / 10) this.sweep(now);
    return this.#series.size >= this.settings.maxSeries;
  }

  /** The series of all that is beyond the cap. */
  overflow(): S {
    this.#overflow ??= this.settings.make(OVERFLOW_ATTRIBUTES, this.settings.now(), true);
    return this.#overflow;
  }

  /** Removes the series that were not touched for as long as `idleNs`. */
  sweep(now: number): void {
    this.#swept = now;
    let expired = 0;
    for (const [key, series] of this.#series) {
      if (series.touched) {
        series.touched = false;
        series.lastSeen = now;
      } else if (!series.pinned && now - series.lastSeen >= this.settings.idleNs) {
        this.#series.delete(key);
        expired++;
      }
    }
    if (expired > 0) this.settings.expired(expired);
  }

  /** All series, in the order they were made. */
  *values(): IterableIterator<S> {
    yield* this.#series.values();
    if (this.#overflow) yield this.#overflow;
  }
}
