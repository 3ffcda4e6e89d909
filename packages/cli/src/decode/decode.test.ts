import type { CaptureResult, CaptureStats, FlowStats } from '@sonde/core';
import { CaptureError } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { captureWarnings } from './capture-warnings.js';
import { DecodeTotals } from './decode-totals.js';
import { availableProtocols, protocolNamed } from './protocols.js';

const tcp = {
  chunks: 1,
  retransmitted: 0,
  outOfOrder: 0,
  gaps: 0,
  missingBytes: 0,
  uncapturedBytes: 0,
  connections: 1,
  evicted: 0,
  givenUp: 0,
};
const stats = (more: Partial<CaptureStats> = {}): CaptureStats => ({
  packets: 2,
  bytes: 100,
  cutPackets: 0,
  droppedPackets: 0,
  impossibleTimes: 0,
  skipped: {},
  unknownLinkTypes: [],
  lostFragments: 0,
  trailingBytes: 0,
  tcp,
  udp: { flows: 0, chunks: 0, duplicates: 0, uncapturedBytes: 0 },
  chunks: 1,
  ...more,
});
const result = (more: Partial<CaptureStats>, problem: CaptureResult['problem'] = null) => ({
  stats: stats(more),
  problem,
});

describe('warnings about a capture', () => {
  it('are none where nothing is wrong, and none for packets that nobody looks into', () => {
    expect(captureWarnings(result({ skipped: { 'not-ip': 5, 'other-transport': 3 } }))).toEqual([]);
  });

  it.each([
    [{ unknownLinkTypes: [127, 105], skipped: { 'unknown-link-type': 9 } }, /link type 127, 105 .*9 skipped/],
    [{ cutPackets: 1 }, /1 packet cut by the snap length/],
    [{ droppedPackets: 12 }, /12 packets lost by the capturing program/],
    [{ trailingBytes: 1 }, /1 byte behind the end of what gzip has packed/],
    [{ impossibleTimes: 3 }, /3 time stamps before 1970 or after 2262/],
    [{ tcp: { ...tcp, gaps: 1, missingBytes: 5 } }, /5 bytes of TCP streams missing in 1 place/],
    [{ lostFragments: 2 }, /2 fragmented datagrams not complete/],
  ])('say what is missing: %j', (more, message) => {
    expect(captureWarnings(result(more))).toEqual([expect.stringMatching(message)]);
  });

  it('say where reading ended', () => {
    const problem = new CaptureError('CAPTURE_TRUNCATED', 'the file ends within a record', 99);
    expect(captureWarnings(result({ packets: 1 }, problem))).toEqual([
      'the file ends within a record; 1 packet before it was read',
    ]);
  });
});

describe('totals', () => {
  const flow = (more: Partial<FlowStats>) =>
    ({ exchanges: {}, unmatched: {}, parseErrorReasons: {}, ...more }) as FlowStats;

  it('add several captures up', () => {
    const totals = new DecodeTotals();
    totals.add(stats({ droppedPackets: 3 }), flow({ exchanges: { http1: 2 }, unmatched: { gap: 1 } }));
    totals.add(
      stats({ tcp: { ...tcp, missingBytes: 7, retransmitted: 4 }, skipped: { 'not-ip': 1 } }),
      flow({ exchanges: { http1: 1, dns: 5 }, unmatched: { gap: 1, timeout: 2 }, parseErrorReasons: { 'dns: x': 2 } }),
    );
    expect(totals.toStats()).toMatchObject({
      files: 2,
      events: 4,
      connections: 2,
      retransmitted: 4,
      lost: { droppedPackets: 3, missingBytes: 7, uncapturedBytes: 0, fragments: 0 },
      exchanges: { http1: 3, dns: 5 },
      unmatched: 4,
      unmatchedReasons: { gap: 2, timeout: 2 },
      parseErrors: 2,
      parseErrorReasons: { 'dns: x': 2 },
      skippedPackets: { 'not-ip': 1 },
      programs: [],
    });
  });
});

describe('protocols', () => {
  it('are found by name, or the nearest one is named', async () => {
    const protocols = await availableProtocols();
    expect(protocolNamed('http1', protocols).name).toBe('http1');
    const nearest = expect.objectContaining({ code: 'PROTOCOL_UNKNOWN', hint: "Did you mean 'http1'?" });
    expect(() => protocolNamed('htp1', protocols)).toThrow(nearest);
    expect(() => protocolNamed('zzzzzzzz', protocols)).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/^Known: /) }),
    );
  });
});
