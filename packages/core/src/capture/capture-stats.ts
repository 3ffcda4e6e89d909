import type { TcpCounters } from './tcp-counters.js';

/**
 * Why a packet was not looked into: `not-ip` (ARP and the like), `unknown-link-type`, `other-transport` (neither TCP nor
 * UDP), `malformed` (lengths that contradict each other, or cut within a header), `cut-in-header` (cut before IP began).
 */
export type SkipReason = 'not-ip' | 'unknown-link-type' | 'other-transport' | 'malformed' | 'cut-in-header';

/** What was read of a capture, what was skipped, and what was missing in it. */
export interface CaptureStats {
  packets: number;
  /** Bytes on the wire of these packets. */
  bytes: number;
  /** Packets that the snap length cut. */
  cutPackets: number;
  /** Packets that the capturing program says it lost. */
  droppedPackets: number;
  /** Packets whose time stamp is before 1970 or after 2262: they were given that of the packet before. */
  impossibleTimes: number;
  /** Packets that were not looked into, by reason. */
  skipped: Partial<Record<SkipReason, number>>;
  /** Link types that are not known here (LINKTYPE_ values). */
  unknownLinkTypes: number[];
  /** Fragmented datagrams that never were complete. */
  lostFragments: number;
  /** Bytes behind the end of what gzip has packed, which are no part of it. */
  trailingBytes: number;
  tcp: TcpCounters;
  udp: { flows: number; chunks: number; duplicates: number; uncapturedBytes: number };
  /** Chunks handed on: TCP segments in order, and datagrams. */
  chunks: number;
}

/** Puts the counters of a reader's parts together. */
export function captureStats(from: {
  packets: number;
  bytes: number;
  cut: number;
  dropped: number;
  impossibleTimes: number;
  lostFragments: number;
  skipped: ReadonlyMap<SkipReason, number>;
  unknownLinkTypes: ReadonlySet<number>;
  tcp: TcpCounters;
  udp: CaptureStats['udp'];
}): CaptureStats {
  return {
    packets: from.packets,
    bytes: from.bytes,
    cutPackets: from.cut,
    droppedPackets: from.dropped,
    impossibleTimes: from.impossibleTimes,
    skipped: Object.fromEntries(from.skipped),
    unknownLinkTypes: [...from.unknownLinkTypes],
    lostFragments: from.lostFragments,
    trailingBytes: 0,
    tcp: { ...from.tcp },
    udp: { ...from.udp },
    chunks: from.tcp.chunks + from.udp.chunks,
  };
}
