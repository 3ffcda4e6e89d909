import { describe, expect, it } from 'vitest';
import { eventLine } from './event-line.js';

describe('eventLine', () => {
  it('shows ends, processes, times and counts in short, and leaves out what has parts of its own', () => {
    const line = eventLine({
      event: 'flowtracer.flow',
      state: 'closed',
      durationNs: 1_500_000,
      client: { address: '10.0.0.1', port: 4000 },
      server: { address: 'fd00::1', port: 80 },
      virtual: null,
      original: { source: { address: '10.0.0.1', port: 4000 } },
      process: { pid: 7, name: 'curl' },
      bytes: { sent: 10, received: 20 },
      zone: 0,
    });
    expect(line).toMatch(
      /^flowtracer\.flow {2}state=closed {2}duration=1\.50? ?ms {2}client=10\.0\.0\.1:4000 {2}server=\[fd00::1\]:80/,
    );
    expect(line).toMatch(/process=curl\[7\] {2}bytes=sent:10,received:20 {2}zone=0$/);
    expect(line).not.toContain('original');
  });

  it('obeys no name', () => {
    expect(eventLine({ event: 'x', process: { pid: 1, name: 'a\x1b[2Jb' }, text: '\x07' })).toBe(
      'x  process=a?[2Jb[1]  text=?',
    );
  });
});
