import type { CaptureStats, FlowStats } from '@sonde/core';
import { addCounts, cpuSeconds, peakRssBytes, type RunStats, total } from '../stats/run-stats.js';

/** Adds up what was seen in several captures. */
export class DecodeTotals {
  readonly #stats = {
    events: 0,
    lost: {} as Record<string, number>,
    exchanges: {} as Record<string, number>,
    unmatchedReasons: {} as Record<string, number>,
    parseErrorReasons: {} as Record<string, number>,
    skippedPackets: {} as Record<string, number>,
    connections: 0,
    retransmitted: 0,
    files: 0,
  };

  add(capture: CaptureStats, flow: FlowStats): void {
    const stats = this.#stats;
    stats.files++;
    stats.events += capture.packets;
    stats.connections += capture.tcp.connections + capture.udp.flows;
    stats.retransmitted += capture.tcp.retransmitted + capture.udp.duplicates;
    addCounts(stats.exchanges, flow.exchanges);
    addCounts(stats.unmatchedReasons, flow.unmatched);
    addCounts(stats.parseErrorReasons, flow.parseErrorReasons);
    addCounts(stats.skippedPackets, capture.skipped as Record<string, number>);
    addCounts(stats.lost, {
      missingBytes: capture.tcp.missingBytes,
      uncapturedBytes: capture.tcp.uncapturedBytes + capture.udp.uncapturedBytes,
      droppedPackets: capture.droppedPackets,
      fragments: capture.lostFragments,
    });
  }

  toStats(): RunStats {
    const { unmatchedReasons, parseErrorReasons, ...rest } = this.#stats;
    return {
      ...rest,
      unmatched: total(unmatchedReasons),
      unmatchedReasons,
      parseErrors: total(parseErrorReasons),
      parseErrorReasons,
      cpuSeconds: cpuSeconds(),
      peakRssBytes: peakRssBytes(),
      programs: [],
    };
  }
}
