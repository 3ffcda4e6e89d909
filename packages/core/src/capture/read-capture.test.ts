import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { CaptureClock } from './capture-clock.js';
import { pcapOf } from './fake-capture.js';
import { ipv4, tcp } from './fake-packets.js';
import { FakeSink } from './fake-sink.js';
import { readCapture, readCaptureFrom } from './read-capture.js';

const folder = mkdtempSync(join(tmpdir(), 'capture-'));
afterAll(() => rmSync(folder, { recursive: true }));

const packets = Array.from({ length: 3000 }, (_, index) =>
  ipv4(tcp({ sequence: 1 + index * 10, payload: '0123456789' })),
);
const file = pcapOf(packets.map((packet, at) => [at, packet]));

async function read(name: string, bytes: Uint8Array) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const sink = new FakeSink();
  let seen = 0;
  const result = await readCapture(path, {
    connections: sink,
    clock: new CaptureClock(),
    onPiece: async (bytes) => {
      seen = bytes;
    },
  });
  return { ...result, seen, length: sink.connections[0]?.stream(true).length ?? 0 };
}

describe('a capture file', () => {
  it('is read to its end', async () => {
    expect(await read('plain.pcap', file)).toMatchObject({ problem: null, length: 30_000, seen: file.length });
  });

  it('may be packed by gzip', async () => {
    expect(await read('packed.pcap.gz', gzipSync(file))).toMatchObject({
      problem: null,
      length: 30_000,
      seen: file.length,
    });
  });

  it('that gzip packed and somebody cut gives what it holds', async () => {
    const { problem, length } = await read('cut.pcap.gz', gzipSync(file).subarray(0, -2000));
    expect(problem?.code).toBe('CAPTURE_TRUNCATED');
    expect(length).toBeGreaterThan(1000);
  });

  it('that gzip packed and somebody damaged is said to be damaged', async () => {
    const bytes = gzipSync(file);
    bytes.fill(0xff, 1000, 1100);
    expect((await read('damaged.pcap.gz', bytes)).problem?.code).toBe('CAPTURE_DAMAGED');
  });

  it('that is none is refused without an exception', async () => {
    expect((await read('text.txt', Buffer.from('no capture at all'))).problem?.code).toBe('CAPTURE_FORMAT');
  });

  it('that does not exist throws what the system says', async () => {
    const options = { connections: new FakeSink(), clock: new CaptureClock() };
    await expect(readCapture(join(folder, 'nothing.pcap'), options)).rejects.toThrow('ENOENT');
  });

  it('may come byte by byte from anywhere', async () => {
    const sink = new FakeSink();
    const small = file.subarray(0, 24 + 5 * (16 + packets[0]!.length));
    async function* bytes() {
      for (const byte of small) yield Uint8Array.of(byte);
    }
    const { problem } = await readCaptureFrom(bytes(), { connections: sink, clock: new CaptureClock() });
    expect(problem).toBeNull();
    expect(sink.connections[0]!.stream(true)).toHaveLength(50);
  });
});
