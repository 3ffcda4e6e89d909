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

  it.each([
    ['zeros', Buffer.alloc(600), 0],
    ['anything else', Buffer.from('junk'), 4],
    ['what looks like more', Buffer.from('1f8b0000junk', 'latin1'), 12],
    ['half a header', Buffer.from([0x1f, 0x8b, 8, 0]), 4],
  ])('that gzip packed is good though %s stands behind it, which is counted', async (_name, junk, trailingBytes) => {
    const result = await read('trailing.pcap.gz', Buffer.concat([gzipSync(file), junk]));
    expect(result).toMatchObject({ problem: null, length: 30_000, stats: { trailingBytes } });
  });

  it('may be packed in several members, each with all that a header may hold', async () => {
    const half = file.length >> 1;
    const packed = gzipSync(file.subarray(half));
    const header = Buffer.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 2, 0, 7, 7]);
    const names = Buffer.from('name\0comment\0\x01\x02', 'latin1');
    const rich = Buffer.concat([header, names, packed.subarray(10)]);
    const result = await read('members.pcap.gz', Buffer.concat([gzipSync(file.subarray(0, half)), rich]));
    expect(result).toMatchObject({ problem: null, length: 30_000, stats: { trailingBytes: 0 } });
  });

  it('that gzip packed may come byte by byte', async () => {
    async function* bytes() {
      for (const byte of gzipSync(file)) yield Uint8Array.of(byte);
      yield Buffer.from('junk');
    }
    const options = { connections: new FakeSink(), clock: new CaptureClock() };
    expect(await readCaptureFrom(bytes(), options)).toMatchObject({
      problem: null,
      stats: { packets: 3000, trailingBytes: 4 },
    });
  });

  it('that gzip packed gives what it holds though its checksum differs', async () => {
    const bytes = gzipSync(file);
    bytes[bytes.length - 8]! ^= 1;
    const { problem, length } = await read('checksum.pcap.gz', bytes);
    expect([problem?.code, length]).toEqual(['CAPTURE_DAMAGED', 30_000]);
  });

  it('that gzip packed with a header of another kind is damaged', async () => {
    expect((await read('header.pcap.gz', Buffer.from('1f8b09000000000000ff00', 'hex'))).problem?.code).toBe(
      'CAPTURE_DAMAGED',
    );
  });

  it('is closed where its reader gives up', async () => {
    let closed = false;
    async function* bytes() {
      try {
        for (;;) yield Buffer.from('no capture at all');
      } finally {
        closed = true;
      }
    }
    const options = { connections: new FakeSink(), clock: new CaptureClock() };
    expect((await readCaptureFrom(bytes(), options)).problem?.code).toBe('CAPTURE_FORMAT');
    expect(closed).toBe(true);
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
