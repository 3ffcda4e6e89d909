import { describe, expect, it } from 'vitest';
import { CaptureClock } from './capture-clock.js';
import type { CaptureError } from './capture-error.js';
import { CaptureParser } from './capture-parser.js';
import { fields, pcapngBlock } from './fake-packets.js';

const SECONDS = 1_634_884_637n;

function parse(file: Uint8Array) {
  const clock = new CaptureClock();
  const packets: { linkType: number; unixNano: bigint; text: string; length: number }[] = [];
  const parser = new CaptureParser(clock, ({ linkType, at, bytes, start, end, length }) => {
    packets.push({ linkType, unixNano: clock.toUnixNano(at), text: bytes.toString('latin1', start, end), length });
  });
  let problem: CaptureError | null = null;
  try {
    parser.push(file);
    parser.end();
  } catch (error) {
    problem = error as CaptureError;
  }
  return { packets, problem, dropped: parser.dropped, impossible: clock.impossible };
}

const section = (little = true) =>
  pcapngBlock(0x0a0d0d0a, fields(little, [4, 0x1a2b3c4d], [2, 1], [2, 0], [4, 0xffffffff], [4, 0xffffffff]), little);

interface InterfaceOptions {
  linkType?: number;
  snapLength?: number;
  resolution?: number;
  offset?: bigint;
  little?: boolean;
}

function description({ linkType = 1, snapLength = 0, resolution, offset, little = true }: InterfaceOptions = {}) {
  const parts = [fields(little, [2, linkType], [2, 0], [4, snapLength])];
  if (resolution !== undefined) parts.push(fields(little, [2, 9], [2, 1], [1, resolution], [1, 0], [2, 0]));
  if (offset !== undefined) {
    const value = Buffer.alloc(8);
    if (little) value.writeBigInt64LE(offset);
    else value.writeBigInt64BE(offset);
    parts.push(fields(little, [2, 14], [2, 8]), value);
  }
  parts.push(fields(little, [2, 0], [2, 0]));
  return pcapngBlock(1, Buffer.concat(parts), little);
}

function enhanced(units: bigint, text: string, { index = 0, length = text.length, little = true } = {}) {
  const head = fields(
    little,
    [4, index],
    [4, Number(units >> 32n)],
    [4, Number(units & 0xffffffffn)],
    [4, text.length],
    [4, length],
  );
  return pcapngBlock(6, Buffer.concat([head, Buffer.from(text)]), little);
}

describe('pcapng files', () => {
  it.each([true, false])('are read in either byte order (little: %s)', (little) => {
    const time = SECONDS * 1_000_000n + 38_345n;
    const file = Buffer.concat([
      section(little),
      description({ little }),
      enhanced(time, 'hello', { little, length: 9 }),
    ]);
    expect(parse(file)).toEqual({
      packets: [{ linkType: 1, unixNano: time * 1000n, text: 'hello', length: 9 }],
      problem: null,
      dropped: 0,
      impossible: 0,
    });
  });

  it.each([
    ['microseconds by default', undefined, SECONDS * 1_000_000n + 7n, 7_000n],
    ['nanoseconds', 9, SECONDS * 1_000_000_000n + 7n, 7n],
    ['milliseconds', 3, SECONDS * 1_000n + 7n, 7_000_000n],
    ['seconds', 0, SECONDS, 0n],
    ['a hundred nanoseconds', 7, SECONDS * 10_000_000n + 7n, 700n],
    ['powers of two', 0x80 | 10, SECONDS * 1024n + 512n, 500_000_000n],
  ] as const)('have their own unit of time: %s', (_name, resolution, units, fraction) => {
    const file = Buffer.concat([section(), description({ resolution }), enhanced(units, 'x')]);
    expect(parse(file).packets[0]!.unixNano).toBe(SECONDS * 1_000_000_000n + fraction);
  });

  it('may shift their time by whole seconds', () => {
    const file = Buffer.concat([section(), description({ offset: 3600n }), enhanced(SECONDS * 1_000_000n, 'x')]);
    expect(parse(file).packets[0]!.unixNano).toBe((SECONDS + 3600n) * 1_000_000_000n);
  });

  it.each([
    ['a shift beyond all years', { offset: 2n ** 62n }, SECONDS * 1_000_000n],
    ['a shift before 1970', { offset: -(2n ** 40n) }, SECONDS * 1_000_000n],
    ['units beyond all years', {}, 2n ** 64n - 1n],
  ])('with an impossible time (%s) are read, at the time of the packet before', (_name, options, units) => {
    const file = Buffer.concat([
      section(),
      description(),
      description(options),
      enhanced(SECONDS * 1_000_000n, 'good'),
      enhanced(units, 'odd', { index: 1 }),
      enhanced(SECONDS * 1_000_000n + 5n, 'good again'),
    ]);
    const { packets, problem, impossible } = parse(file);
    expect({ problem, impossible }).toEqual({ problem: null, impossible: 1 });
    const times = packets.map(({ unixNano }) => unixNano - SECONDS * 1_000_000_000n);
    expect(times).toEqual([0n, 0n, 5000n]);
  });

  it('that begin with an impossible time count from the first possible one', () => {
    const file = Buffer.concat([
      section(),
      description(),
      enhanced(2n ** 64n - 1n, 'odd'),
      enhanced(SECONDS * 1_000_000n, 'good'),
    ]);
    expect(parse(file).packets[1]?.unixNano).toBe(SECONDS * 1_000_000_000n);
  });

  it('hold several interfaces, each with its link type and its unit', () => {
    const file = Buffer.concat([
      section(),
      description({ linkType: 1 }),
      description({ linkType: 113, resolution: 9 }),
      enhanced(SECONDS * 1_000_000_000n + 1n, 'sll', { index: 1 }),
      enhanced(SECONDS * 1_000_000n + 1n, 'ethernet', { index: 0 }),
    ]);
    expect(parse(file).packets).toMatchObject([
      { linkType: 113, unixNano: SECONDS * 1_000_000_000n + 1n },
      { linkType: 1, unixNano: SECONDS * 1_000_000_000n + 1000n },
    ]);
  });

  it('hold several sections, which forget the interfaces of those before and may change the byte order', () => {
    const file = Buffer.concat([
      section(true),
      description({ linkType: 1 }),
      enhanced(SECONDS * 1_000_000n, 'first'),
      section(false),
      description({ linkType: 101, little: false }),
      enhanced(SECONDS * 1_000_000n, 'second', { little: false }),
    ]);
    expect(parse(file).packets).toMatchObject([
      { linkType: 1, text: 'first' },
      { linkType: 101, text: 'second' },
    ]);
  });

  it('hold simple packets, cut to the snap length and without a time of their own', () => {
    const simple = pcapngBlock(3, Buffer.concat([fields(true, [4, 10]), Buffer.from('0123')]));
    const file = Buffer.concat([
      section(),
      description({ snapLength: 4 }),
      enhanced(SECONDS * 1_000_000n, 'x'),
      simple,
    ]);
    expect(parse(file).packets[1]).toEqual({
      linkType: 1,
      unixNano: SECONDS * 1_000_000_000n,
      text: '0123',
      length: 10,
    });
  });

  it('hold packet blocks of the old kind', () => {
    const units = SECONDS * 1_000_000n;
    const head = fields(
      true,
      [2, 0],
      [2, 3],
      [4, Number(units >> 32n)],
      [4, Number(units & 0xffffffffn)],
      [4, 3],
      [4, 3],
    );
    const file = Buffer.concat([section(), description(), pcapngBlock(2, Buffer.concat([head, Buffer.from('old')]))]);
    expect(parse(file).packets).toMatchObject([{ text: 'old', unixNano: units * 1000n }]);
  });

  it('tell how many packets the capturing program lost: the latest count of each interface', () => {
    const statistics = (index: number, count: number) =>
      pcapngBlock(5, fields(true, [4, index], [4, 0], [4, 0], [2, 5], [2, 8], [4, count], [4, 0], [2, 0], [2, 0]));
    const file = Buffer.concat([
      section(),
      description(),
      description(),
      statistics(0, 3),
      statistics(1, 4),
      statistics(0, 5),
    ]);
    expect(parse(file).dropped).toBe(9);
  });

  it('may hold blocks that nobody knows', () => {
    const file = Buffer.concat([section(), description(), pcapngBlock(0x0bad, Buffer.alloc(100)), enhanced(0n, 'x')]);
    expect(parse(file).packets).toHaveLength(1);
  });

  it.each([
    ['a packet of an interface that is not described', [enhanced(0n, 'x', { index: 7 })]],
    ['a block shorter than its own frame', [fields(true, [4, 6], [4, 8], [4, 8])]],
    [
      'two lengths that differ',
      [Buffer.concat([pcapngBlock(6, Buffer.alloc(20)).subarray(0, -4), fields(true, [4, 99])])],
    ],
    ['a packet longer than its block', [pcapngBlock(6, fields(true, [4, 0], [4, 0], [4, 0], [4, 5000], [4, 5000]))]],
    ['a block too short for its type', [pcapngBlock(6, Buffer.alloc(4))]],
    ['a length that is no multiple of four', [fields(true, [4, 6], [4, 33], [4, 0])]],
  ])('are refused at %s, and what stands before is kept', (_name, blocks) => {
    const { packets, problem } = parse(Buffer.concat([section(), description(), enhanced(0n, 'good'), ...blocks]));
    expect(packets.map(({ text }) => text)).toEqual(['good']);
    expect(problem?.code).toBe('CAPTURE_DAMAGED');
  });
});
