/** A number from 0 up to, not including, `bound`; the same for the same seed. */
export type Dice = (bound: number) => number;

/** Numbers that look random (mulberry32). */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return Math.floor((((word ^ (word >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

/** A frame of a capture, and when it was seen, in microseconds since 1970. */
interface Frame {
  at: bigint;
  bytes: Buffer;
}

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
/** Ethernet, IPv4 and TCP without options: what `captureOf` writes. */
const TCP_PAYLOAD = 54;

/** The frames of a capture of `captureOf`: pcap, little endian, nanoseconds. */
export function framesOf(capture: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = FILE_HEADER; at < capture.length; ) {
    const length = capture.readUInt32LE(at + 8);
    const micros =
      BigInt(capture.readUInt32LE(at)) * 1_000_000n + BigInt(Math.floor(capture.readUInt32LE(at + 4) / 1000));
    frames.push({ at: micros, bytes: capture.subarray(at + RECORD_HEADER, at + RECORD_HEADER + length) });
    at += RECORD_HEADER + length;
  }
  return frames;
}

/** A pcap of frames, in microseconds. */
export function pcapOf(frames: readonly Frame[]): Buffer {
  const header = Buffer.alloc(FILE_HEADER);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt32LE(0x40000, 16);
  header.writeUInt32LE(1, 20);
  return Buffer.concat([
    header,
    ...frames.flatMap(({ at, bytes }) => {
      const record = Buffer.alloc(RECORD_HEADER);
      record.writeUInt32LE(Number(at / 1_000_000n), 0);
      record.writeUInt32LE(Number(at % 1_000_000n), 4);
      record.writeUInt32LE(bytes.length, 8);
      record.writeUInt32LE(bytes.length, 12);
      return [record, bytes];
    }),
  ]);
}

/** Frames in another order, some lost, some twice, some cut, some with other bytes. */
export function shuffled(frames: readonly Frame[], dice: Dice): Frame[] {
  const distance = 1 + dice(40);
  const kept = frames.flatMap((frame) => {
    const fate = dice(20);
    if (fate === 0) return [];
    if (fate === 1) return [frame, { ...frame, at: frame.at + 5000n }];
    if (fate === 2) return [{ ...frame, bytes: frame.bytes.subarray(0, dice(frame.bytes.length + 1)) }];
    return [frame];
  });
  const placed = kept.map((frame, index) => ({ frame, place: index + dice(distance) }));
  return placed.sort((a, b) => a.place - b.place).map(({ frame }) => frame);
}

/** Segments that overlap others and say something else: earlier, later, longer, shorter, with other flags. */
export function overlapping(frames: readonly Frame[], dice: Dice): Frame[] {
  return frames.flatMap((frame, index) => {
    if (frame.bytes.length <= TCP_PAYLOAD || frame.bytes[23] !== 6 || dice(3) > 0) return [frame];
    const other = frames[dice(frames.length)]!.bytes.subarray(TCP_PAYLOAD);
    const payload = dice(2) === 0 ? other : Buffer.alloc(1 + dice(3000), dice(256));
    const forged = Buffer.concat([frame.bytes.subarray(0, TCP_PAYLOAD), payload]);
    forged.writeUInt16BE(Math.min(65_535, forged.length - 14), 16);
    const shift = dice(2) === 0 ? 0 : dice(4000) - 2000;
    forged.writeUInt32BE((forged.readUInt32BE(38) + shift) >>> 0, 38);
    if (dice(4) === 0) forged.writeUInt32BE((forged.readUInt32BE(42) + dice(4000) - 2000) >>> 0, 42);
    if (dice(8) === 0) forged[47] = dice(256);
    const both = [frame, { at: frame.at, bytes: forged }];
    return index % 2 === 0 ? both : both.reverse();
  });
}

/** Bits that are flipped, and bytes that come in or go, anywhere behind the first `from`. */
export function mutated(capture: Buffer, dice: Dice, from = 4): Buffer {
  let bytes = Buffer.from(capture);
  for (let left = 1 + dice(60); left > 0; left--) {
    const at = from + dice(Math.max(1, bytes.length - from));
    if (at >= bytes.length) continue;
    const kind = dice(30);
    if (kind === 0) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + dice(64))]);
    else if (kind === 1)
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.alloc(1 + dice(64), dice(256)), bytes.subarray(at)]);
    else bytes[at]! ^= 1 << dice(8);
  }
  return bytes;
}

/** A pcapng of frames whose interfaces have odd options: units, shifts, lengths that lie, options nobody knows. */
export function oddPcapng(frames: readonly Frame[], dice: Dice): Buffer {
  const little = dice(2) === 0;
  const number = (size: number, value: number | bigint) => {
    const bytes = Buffer.alloc(8);
    if (little) bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
    else bytes.writeBigUInt64BE(BigInt.asUintN(64, BigInt(value)));
    return little ? bytes.subarray(0, size) : bytes.subarray(8 - size);
  };
  const block = (type: number, ...body: Uint8Array[]) => {
    const content = Buffer.concat(body);
    const padded = Buffer.concat([content, Buffer.alloc(-content.length & 3)]);
    const length = number(4, padded.length + 12);
    return Buffer.concat([number(4, type), length, padded, length]);
  };
  const option = () => {
    const code = [9, 14, 2, 5, 1, dice(65_536)][dice(6)]!;
    const size = code === 9 ? 1 : dice(3) === 0 ? dice(40) : 8;
    const value = Buffer.from(Array.from({ length: size + (-size & 3) }, () => dice(256)));
    return Buffer.concat([number(2, code), number(2, dice(20) === 0 ? dice(65_536) : size), value]);
  };
  const options = () => Array.from({ length: dice(5) }, option);
  const section = () =>
    block(0x0a0d0d0a, number(4, 0x1a2b3c4d), number(2, 1), number(2, 0), number(8, -1), ...options());
  const description = () =>
    block(
      1,
      number(2, dice(6) === 0 ? dice(300) : 1),
      number(2, 0),
      number(4, dice(4) === 0 ? dice(200) : 0),
      ...options(),
    );
  const count = 1 + dice(4);
  const blocks = [section(), ...Array.from({ length: count }, description)];
  for (const { at, bytes } of frames) {
    const kind = dice(40);
    if (kind === 0) blocks.push(block(dice(2 ** 32), Buffer.alloc(dice(100), dice(256))));
    else if (kind === 1) blocks.push(block(5, number(4, dice(8)), number(8, at), ...options()));
    else if (kind === 2) blocks.push(block(3, number(4, bytes.length), bytes));
    else if (kind === 3) blocks.push(description());
    else {
      const units = dice(30) === 0 ? (BigInt(dice(2 ** 32)) << 32n) | BigInt(dice(2 ** 32)) : at;
      const halves = [number(4, units >> 32n), number(4, units & 0xffff_ffffn)];
      const wire = dice(20) === 0 ? dice(2 ** 32) : bytes.length;
      const fields = [number(4, dice(count)), ...halves, number(4, bytes.length), number(4, wire)];
      blocks.push(block(6, ...fields, bytes, ...options()));
    }
  }
  return Buffer.concat(blocks);
}
