import type { NativeBackend } from '@sonde/ebpf';
import type { Clock, ConnectionSink, Logger, ProcessSource } from '../contracts/index.js';
import type { ProcessTracker } from '../targets/process-tracker.js';
import type { FeatureProbe } from './requirements.js';
import { createToken } from './token.js';

/** Tells the time. @default the machine's monotonic clock */
export const CLOCK = createToken<Clock>('clock');
/** Takes diagnostics. @default the agent's `diagnostic` event */
export const LOGGER = createToken<Logger>('logger');
/** Where processes are read. @default `/proc` */
export const PROCESS_SOURCE = createToken<ProcessSource>('process-source');
/** How forks, execs and exits are learnt. @default from the kernel, else by polling */
export const PROCESS_TRACKER = createToken<ProcessTracker>('process-tracker');
/** eBPF. @default libbpf by koffi */
export const BACKEND = createToken<NativeBackend>('backend');
/** Tells what the kernel can do. @default feature probes of `@sonde/ebpf` */
export const FEATURES = createToken<FeatureProbe>('features');
/** Stands between probes and the pipeline, and sees all socket data: what `sonde record` uses. @default nothing */
export const CONNECTION_FILTER = createToken<(sink: ConnectionSink) => ConnectionSink>('connection-filter');
