import { describe, expect, it } from 'vitest';
import { CaptureClock } from './capture-clock.js';
import { CaptureError } from './capture-error.js';
import { CaptureParser } from './capture-parser.js';
import { PcapWriter } from './pcap-writer.js';

interface Seen {
  linkType: number;
  unixNano: bigint;
  text: string;
  length: number;
}

function parse(...pieces: Uint8Array[]): { packets: Seen[]; problem: CaptureError | null } {
  const clock = new CaptureClock();
  const packets: Seen[] = [];
  const parser = new CaptureParser(clock, ({ linkType, at, bytes, start, end, length }) => {
    packets.push({ linkType, unixNano: clock.toUnixNano(at), text: bytes.toString('latin1', start, end), length });
  });
  try {
    for (const piece of pieces) parser.push(piece);
    parser.end();
  } catch (error) {
    if (error instanceof CaptureError) return { packets, problem: error };
    throw error;
  }
  return { packets, problem: null };
}

const TIME = 1_634_884_637_038_345_678n;

describe('pcap files', () => {
  it.each([
    ['little', true],
    ['little', false],
    ['big', true],
    ['big', false],
  ] as const)('are read in %s endian order (nanoseconds: %s)', (endian, nanoseconds) => {
    const writer = new PcapWriter({ endian, nanoseconds, linkType: 101 });
    const { packets, problem } = parse(
      Buffer.concat([
        writer.header(),
        writer.packet(Buffer.from('one'), TIME),
        writer.packet(Buffer.from('two'), TIME + 5_000n, 99),
      ]),
    );
    const first = nanoseconds ? TIME : TIME - 678n;
    expect(problem).toBeNull();
    expect(packets).toEqual([
      { linkType: 101, unixNano: first, text: 'one', length: 3 },
      { linkType: 101, unixNano: first + 5_000n, text: 'two', length: 99 },
    ]);
  });

  it('keep every nanosecond over a capture of a hundred days', () => {
    const writer = new PcapWriter({ nanoseconds: true });
    const later = TIME + 100n * 86_400n * 1_000_000_000n + 1n;
    const { packets } = parse(
      Buffer.concat([writer.header(), writer.packet(Buffer.from('a'), TIME), writer.packet(Buffer.from('b'), later)]),
    );
    expect(packets.map(({ unixNano }) => unixNano)).toEqual([TIME, later]);
  });

  it('may come in pieces of any size', () => {
    const writer = new PcapWriter();
    const file = Buffer.concat([
      writer.header(),
      ...['a', 'bcd', ''].map((text) => writer.packet(Buffer.from(text), TIME)),
    ]);
    for (let size = 1; size <= file.length; size++) {
      const pieces: Buffer[] = [];
      for (let at = 0; at < file.length; at += size) pieces.push(file.subarray(at, at + size));
      expect(parse(...pieces).packets.map(({ text }) => text)).toEqual(['a', 'bcd', '']);
    }
  });

  it('may come in a piece whose memory is used again afterwards', () => {
    const writer = new PcapWriter();
    const file = Buffer.concat([writer.header(), writer.packet(Buffer.from('hello'), TIME)]);
    const piece = Buffer.alloc(30);
    const clock = new CaptureClock();
    const seen: string[] = [];
    const parser = new CaptureParser(clock, ({ bytes, start, end }) => seen.push(bytes.toString('latin1', start, end)));
    for (let at = 0; at < file.length; at += 30) {
      const length = file.copy(piece, 0, at, at + 30);
      parser.push(piece.subarray(0, length));
      piece.fill(0xff);
    }
    expect(seen).toEqual(['hello']);
  });

  it('that are cut off give what stands before the cut, at every byte', () => {
    const writer = new PcapWriter();
    const file = Buffer.concat([
      writer.header(),
      writer.packet(Buffer.from('one'), TIME),
      writer.packet(Buffer.from('two'), TIME),
    ]);
    const whole = [24, 24 + 19, 24 + 38];
    for (let length = 4; length <= file.length; length++) {
      const { packets, problem } = parse(file.subarray(0, length));
      expect(packets.length).toBe(whole.filter((end) => end <= length).length - (length >= 24 ? 1 : 0));
      expect(problem?.code ?? null).toBe(whole.includes(length) ? null : 'CAPTURE_TRUNCATED');
    }
  });

  it('are not waited for when a record claims gigabytes', () => {
    const writer = new PcapWriter();
    const record = writer.packet(Buffer.from('bad'), TIME);
    record.writeUInt32LE(0xfffffff0, 8);
    const { packets, problem } = parse(
      Buffer.concat([writer.header(), writer.packet(Buffer.from('good'), TIME), record]),
    );
    expect(packets.map(({ text }) => text)).toEqual(['good']);
    expect(problem).toMatchObject({ code: 'CAPTURE_DAMAGED', offset: 24 + 20 });
    expect(problem?.message).toContain('at byte 44 of the file');
  });

  it('obey the snap length that they were written with', () => {
    const writer = new PcapWriter({ snapLength: 4 });
    const { packets } = parse(Buffer.concat([writer.header(), writer.packet(Buffer.from('truncated'), TIME)]));
    expect(packets).toMatchObject([{ text: 'trun', length: 9 }]);
  });
});

describe('what is no capture', () => {
  it.each([
    ['an empty file', '', 'the file is empty'],
    ['three bytes', 'abc', 'too short'],
    ['text', 'GET / HTTP/1.1\r\n', 'neither pcap nor pcapng'],
  ])('is refused: %s', (_name, text, message) => {
    const { packets, problem } = parse(Buffer.from(text));
    expect(packets).toEqual([]);
    expect(problem).toMatchObject({ code: 'CAPTURE_FORMAT', message: expect.stringContaining(message) });
  });
});
