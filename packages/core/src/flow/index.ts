export { FlowCounters, type FlowStats, Tally, type UnmatchedReason } from './counters.js';
export { Pipeline, type PipelineOptions } from './pipeline.js';
