import type { Message, MessageTiming } from './message.js';
import type { Attributes, Protocol } from './protocol.js';

/** One end of a connection. For a unix socket `address` is its path and `port` is null. */
export interface Endpoint {
  address: string;
  port: number | null;
}

/** A process as the exchange saw it. */
export interface ProcessInfo {
  pid: number;
  tid: number;
  /** Name of the process (comm), or null where it was gone before it could be read. */
  name: string | null;
  /** Container id (64 hex digits) or null. */
  container: string | null;
  /** Name of the service, where the source can tell: see `ProcessIdentity.service`. */
  service?: string | null;
  /** Uid of the Kubernetes pod, where the source can tell. */
  pod?: string | null;
}

/** How a span came by its parent: see the causality rules. */
export interface LinkInfo {
  method: 'thread' | 'handoff' | 'seq' | 'id' | 'header' | 'inferred';
  /** 0 to 1. */
  confidence: number;
}

/** Place of a span in its trace. */
export interface TraceInfo {
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  link: LinkInfo | null;
}

/**
 * A request with its response: what probes produce and exporters consume. Getters compute on demand; an exporter that
 * keeps an exchange beyond its call may do so, since nothing in it is leased.
 */
export interface Exchange {
  readonly protocol: string;
  readonly definition: Protocol;
  readonly request: Message;
  readonly requestTiming: MessageTiming;
  readonly response: Message | null;
  readonly responseTiming: MessageTiming | null;
  /** Start, in nanoseconds since the Unix epoch. */
  readonly startUnixNano: bigint;
  /** From the request's first byte to the response's last, in nanoseconds; null without a response. */
  readonly durationNs: number | null;
  /** Which side was observed; null in a capture. */
  readonly side: 'client' | 'server' | null;
  readonly transport: 'tcp' | 'udp' | 'unix';
  readonly client: Endpoint | null;
  readonly server: Endpoint | null;
  readonly process: ProcessInfo | null;
  /** Span name, low cardinality. */
  readonly name: string;
  readonly status: string | number | null;
  readonly error: string | null;
  /** All OpenTelemetry attributes: the protocol's and those that core adds. Computed at the first access. */
  readonly attributes: Attributes;
  trace: TraceInfo | null;
}
