/**
 * Upper bounds of latency histograms, in seconds: 50 µs to 60 s, about two or three a decade more than OpenTelemetry's
 * advice for HTTP, since loopback caches answer in microseconds. Valid for `histogram_quantile`.
 */
export const LATENCY_BOUNDS: readonly number[] = Object.freeze([
  0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
]);
