/**
 * Conformance suites for Sonde plugins, for any test runner.
 *
 * ```ts
 * import { assertConforms, formatReport, parserConformance, readSamples } from '@sonde/testkit';
 *
 * const report = parserConformance(myProtocol, { samples: await readSamples('samples') });
 * console.log(formatReport(report));
 * assertConforms(report);
 * ```
 *
 * @packageDocumentation
 */
export { captureOf } from './capture-of.js';
export { Conversation, type PlayOptions } from './conversation.js';
export { exchangesFrom } from './exchanges-from.js';
export { type ExporterConformanceOptions, exporterConformance } from './exporter-conformance.js';
export { type ParserConformanceOptions, parserConformance } from './parser-conformance.js';
export { type ProbeConformanceOptions, probeConformance } from './probe-conformance.js';
export { readSamples } from './read-samples.js';
export { type RecordSampleOptions, recordSample } from './record-sample.js';
export { type RecordThroughOptions, recordThrough, type ThroughRecorder } from './record-through.js';
export { assertConforms, type CheckResult, type ConformanceReport, formatReport } from './report.js';
export { type Expectation, type Sample, sample, type Turn } from './sample.js';
export { type RecordedSample, SampleRecorder } from './sample-recorder.js';
export { type TalkOverTcpOptions, talkOverTcp } from './talk-over-tcp.js';
