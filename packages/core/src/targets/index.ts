export { PollingTracker } from './polling-tracker.js';
export type { ProcessEvent, ProcessListener, ProcessTracker } from './process-tracker.js';
export { Selection } from './selection.js';
export { formatSelector, parseSelector } from './selector.js';
export { TargetService, type TargetServiceOptions } from './target-service.js';
