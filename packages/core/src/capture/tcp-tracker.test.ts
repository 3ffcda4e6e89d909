import { describe, expect, it } from 'vitest';
import { pcapOf, readBytes, type TimedPacket } from './fake-capture.js';
import { ipv4, tcp } from './fake-packets.js';

/** A connection whose first byte is missing: `count` segments of a thousand bytes behind it. */
function holding(client: number, count: number, from = 0): TimedPacket[] {
  const source = `10.0.1.${client}`;
  const segment = (fields: object) => ipv4(tcp(fields), { source });
  const start: TimedPacket[] = from === 0 ? [[0, segment({ sequence: 0, flags: 'S' })]] : [];
  for (let index = from; index < from + count; index++) {
    start.push([1, segment({ sequence: 2 + index * 1000, payload: 'x'.repeat(1000) })]);
  }
  return start;
}

describe('bytes that wait for others', () => {
  const limit = { maxHeldBytes: 20_000 };

  it('are bounded over all connections: whichever waits longest goes on, with a gap', () => {
    const late: TimedPacket[] = [1, 2].map((client) => [
      2,
      ipv4(tcp({ sequence: 1, payload: '!' }), { source: `10.0.1.${client}` }),
    ]);
    const packets = [...holding(1, 10), ...holding(2, 10), ...late];
    const { connections, stats } = readBytes(pcapOf(packets), limit);
    expect(stats.tcp).toMatchObject({ givenUp: 1, gaps: 1, missingBytes: 1, retransmitted: 1 });
    const streams = connections.map((connection) => connection.stream(true));
    expect(streams).toEqual([`[1]${'x'.repeat(10_000)}`, `!${'x'.repeat(10_000)}`]);
  });

  it('count no longer once they were delivered, or their connection has gone', () => {
    const reset: TimedPacket = [2, ipv4(tcp({ sequence: 1, flags: 'R' }), { source: '10.0.1.1' })];
    const again: TimedPacket = [2, ipv4(tcp({ sequence: 1, payload: '!' }), { source: '10.0.1.2' })];
    const packets = [...holding(1, 15), reset, ...holding(2, 15), again, ...holding(3, 15)];
    expect(readBytes(pcapOf(packets), limit).stats.tcp.givenUp).toBe(0);
  });

  it('cost no more than the bound when two hundred connections hold them', () => {
    const packets = Array.from({ length: 200 }, (_, client) => holding(client, 15)).flat();
    const { stats } = readBytes(pcapOf(packets), limit);
    expect(stats.tcp).toMatchObject({ givenUp: 199, missingBytes: 200, retransmitted: 0 });
  });
});
