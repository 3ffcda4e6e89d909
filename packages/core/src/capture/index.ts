export { formatAddress } from './address.js';
export { CaptureClock } from './capture-clock.js';
export { CaptureError, type CaptureErrorCode } from './capture-error.js';
export { CaptureReader, type CaptureReaderOptions } from './capture-reader.js';
export type { CaptureStats, SkipReason } from './capture-stats.js';
export { LinkType } from './packet.js';
export { PcapWriter, type PcapWriterOptions } from './pcap-writer.js';
export { type CaptureResult, type ReadCaptureOptions, readCapture, readCaptureFrom } from './read-capture.js';
export type { TcpCounters } from './tcp-counters.js';
