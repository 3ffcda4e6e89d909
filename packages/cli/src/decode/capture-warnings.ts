import type { CaptureResult, CaptureStats } from '@sonde/core';

/** What a reader of the output should know of a capture, one sentence each. */
export function captureWarnings({ stats, problem }: CaptureResult): string[] {
  const warnings: string[] = [];
  if (problem !== null && problem.code !== 'CAPTURE_FORMAT') {
    const read = `${stats.packets} ${plural(stats.packets, 'packet')} before it ${stats.packets === 1 ? 'was' : 'were'} read`;
    warnings.push(`${problem.message}; ${read}`);
  }
  return [...warnings, ...lossWarnings(stats)];
}

function lossWarnings(stats: CaptureStats): string[] {
  const warnings: string[] = [];
  if (stats.unknownLinkTypes.length > 0) {
    const types = stats.unknownLinkTypes.join(', ');
    warnings.push(`packets of link type ${types} are not understood (${stats.skipped['unknown-link-type']} skipped)`);
  }
  if (stats.cutPackets > 0) {
    warnings.push(`${count(stats.cutPackets, 'packet')} cut by the snap length: capture with 'tcpdump -s 0'`);
  }
  if (stats.droppedPackets > 0) warnings.push(`${count(stats.droppedPackets, 'packet')} lost by the capturing program`);
  if (stats.trailingBytes > 0) {
    const bytes = count(stats.trailingBytes, 'byte');
    warnings.push(`${bytes} behind the end of what gzip has packed: not read`);
  }
  if (stats.impossibleTimes > 0) {
    const times = count(stats.impossibleTimes, 'time stamp');
    warnings.push(`${times} before 1970 or after 2262: taken for that of the packet before`);
  }
  if (stats.tcp.missingBytes > 0) {
    const places = count(stats.tcp.gaps, 'place');
    warnings.push(`${count(stats.tcp.missingBytes, 'byte')} of TCP streams missing in ${places}: not in the capture`);
  }
  if (stats.lostFragments > 0) warnings.push(`${count(stats.lostFragments, 'fragmented datagram')} not complete`);
  return warnings;
}

function count(number: number, noun: string): string {
  return `${number} ${plural(number, noun)}`;
}

function plural(number: number, noun: string): string {
  return number === 1 ? noun : `${noun}s`;
}
