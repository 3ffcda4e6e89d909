import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSamples } from './read-samples.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sonde-samples-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, data: string | Uint8Array) => {
  writeFileSync(join(folder, name), data);
  return join(folder, name);
};

describe('readSamples', () => {
  it('reads writes and expectations of JSONL', async () => {
    const path = write(
      'a.jsonl',
      '{"from":"client","hex":"6869"}\n\n{"exchange":{"name":"HI"}}\n{"from":"server","hex":""}',
    );
    const [sample] = await readSamples(path);
    expect(sample).toMatchObject({ name: 'a.jsonl', transport: 'tcp', exchanges: [{ name: 'HI' }] });
    expect(sample!.turns.map(({ fromClient, bytes }) => [fromClient, Buffer.from(bytes).toString()])).toEqual([
      [true, 'hi'],
      [false, ''],
    ]);
  });

  it('reads a folder in the order of names, and takes udp files for datagrams', async () => {
    write('b.jsonl', '{"from":"client","hex":"00"}');
    write('udp-a.jsonl', '{"from":"client","hex":"00"}');
    write('notes.txt', 'not a sample');
    const samples = await readSamples(folder);
    expect(samples.map(({ name, transport }) => [name, transport])).toEqual([
      ['b.jsonl', 'tcp'],
      ['udp-a.jsonl', 'udp'],
    ]);
  });

  it('reads the conversations of a capture', async () => {
    const samples = await readSamples(
      write('one.pcap', capture([datagram(4000, 53, 'ask'), datagram(53, 4000, 'tell')])),
    );
    expect(samples).toHaveLength(1);
    expect(samples[0]).toMatchObject({ name: 'one.pcap', transport: 'udp' });
    expect(samples[0]!.turns.map(({ fromClient, bytes }) => [fromClient, Buffer.from(bytes).toString()])).toEqual([
      [true, 'ask'],
      [false, 'tell'],
    ]);
  });

  it.each([
    ['nonsense', 'is not JSON'],
    ['{"from":"nobody","hex":"00"}', 'neither client nor server'],
    ['{"from":"client","hex":"0"}', 'not pairs of hex digits'],
    ['{"from":"client"}', 'not pairs of hex digits'],
  ])('refuses %s with its place', async (line, reason) => {
    const path = write('bad.jsonl', `{"from":"client","hex":"00"}\n${line}`);
    await expect(readSamples(path)).rejects.toMatchObject({
      code: 'SAMPLE_INVALID',
      message: expect.stringContaining(`bad.jsonl:2: `) && expect.stringContaining(reason),
    });
  });
});

/** An IPv4 UDP packet between two ports of one host. */
function datagram(from: number, to: number, text: string): Buffer {
  const packet = Buffer.alloc(28 + text.length);
  packet.set([
    0x45,
    0,
    0,
    packet.length,
    0,
    0,
    0,
    0,
    64,
    17,
    0,
    0,
    10,
    0,
    0,
    from === 53 ? 1 : 2,
    10,
    0,
    0,
    to === 53 ? 1 : 2,
  ]);
  packet.writeUInt16BE(from, 20);
  packet.writeUInt16BE(to, 22);
  packet.writeUInt16BE(8 + text.length, 24);
  packet.write(text, 28, 'latin1');
  return packet;
}

/** A pcap file of raw IP packets. */
function capture(packets: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(101, 20);
  const records = packets.map((packet, index) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(1000 + index, 0);
    record.writeUInt32LE(packet.length, 8);
    record.writeUInt32LE(packet.length, 12);
    return Buffer.concat([record, packet]);
  });
  return Buffer.concat([header, ...records]);
}
