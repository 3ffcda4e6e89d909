export { exchangeMetricAttributes } from './exchange-attributes.js';
export { ExchangeMetrics } from './exchange-metrics.js';
export { histogramQuantile } from './histogram-quantile.js';
export { LATENCY_BOUNDS } from './latency-bounds.js';
export { mergeSnapshots } from './merge-snapshots.js';
export { OVERFLOW_ATTRIBUTES } from './metric-family-store.js';
export {
  type Counter,
  type Gauge,
  type Histogram,
  MetricRegistry,
  type MetricRegistryOptions,
} from './metric-registry.js';
export { RouteTemplates, type RouteTemplatesOptions, templateRoute } from './route-templates.js';
export { SELF_METRICS, type SelfMetric, type SelfMetricName } from './self-telemetry.js';
export { SEMCONV } from './semconv.js';
export { CounterSeries, GaugeSeries, HistogramSeries } from './series.js';
