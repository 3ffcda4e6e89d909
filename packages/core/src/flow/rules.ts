import type { DetectRule, Direction, Input, Protocol } from '../contracts/index.js';

type Transport = 'tcp' | 'udp' | 'unix';

interface CompiledMatch {
  offset: number;
  bytes: Uint8Array;
  mask: Uint8Array;
}

/** A detection rule, made ready for many looks. */
export interface CompiledRule {
  protocol: Protocol;
  direction: Direction;
  transports: readonly Transport[];
  ports: readonly number[];
  matches: readonly CompiledMatch[];
  length: DetectRule['length'];
  minimum: number;
  /** Bits that the rule pins down: the more, the earlier it is believed. */
  weight: number;
}

/** Makes all rules of a protocol ready. */
export function compileRules(protocol: Protocol): CompiledRule[] {
  return protocol.detect.rules.map((rule) => {
    const matches = (rule.match ?? []).map(({ offset, bytes, mask }) => ({
      offset,
      bytes: typeof bytes === 'string' ? Uint8Array.from(bytes, (c) => c.charCodeAt(0)) : Uint8Array.from(bytes),
      mask: mask ? Uint8Array.from(mask) : new Uint8Array(bytes.length).fill(0xff),
    }));
    let minimum = rule.minimum ?? 1;
    let weight = rule.ports?.length ? 12 : 0;
    for (const { offset, bytes, mask } of matches) {
      minimum = Math.max(minimum, offset + bytes.length);
      for (const byte of mask) weight += popcount(byte);
    }
    if (rule.length) {
      minimum = Math.max(minimum, rule.length.offset + rule.length.size);
      weight += rule.length.compare === 'equal' ? 14 : 6;
    }
    return {
      protocol,
      direction: rule.direction,
      transports: rule.transports ?? ['tcp', 'unix'],
      ports: rule.ports ?? [],
      matches,
      length: rule.length,
      minimum,
      weight,
    };
  });
}

/**
 * Whether the rule holds for a chunk.
 *
 * @param size bytes of the chunk on the wire, which may be more than the window holds
 * @param serverPort port of the end that would be the server, or null where there is none
 */
export function ruleHolds(rule: CompiledRule, input: Input, size: number, serverPort: number | null): boolean {
  const available = input.end - input.start;
  if (available < rule.minimum) return false;
  if (rule.ports.length > 0 && (serverPort === null || !rule.ports.includes(serverPort))) return false;
  const { bytes, start } = input;
  for (const match of rule.matches) {
    const from = start + match.offset;
    for (let i = 0; i < match.bytes.length; i++) {
      if (((bytes[from + i]! ^ match.bytes[i]!) & match.mask[i]!) !== 0) return false;
    }
  }
  return rule.length === undefined || lengthHolds(rule.length, input, size);
}

/** Whether a chunk is too short for the rule, and all that is there of it agrees: the next bytes will tell. */
export function ruleMayHold(rule: CompiledRule, input: Input, size: number, serverPort: number | null): boolean {
  const available = input.end - input.start;
  if (available >= rule.minimum || available < size) return false;
  if (rule.ports.length > 0 && (serverPort === null || !rule.ports.includes(serverPort))) return false;
  for (const { offset, bytes, mask } of rule.matches) {
    for (let i = 0; i < bytes.length && offset + i < available; i++) {
      if (((input.bytes[input.start + offset + i]! ^ bytes[i]!) & mask[i]!) !== 0) return false;
    }
  }
  return true;
}

function lengthHolds(length: NonNullable<DetectRule['length']>, input: Input, size: number): boolean {
  const at = input.start + length.offset;
  let value = 0;
  for (let i = 0; i < length.size; i++) {
    const byte = input.bytes[at + (length.endian === 'little' ? length.size - 1 - i : i)]!;
    value = value * 256 + byte;
  }
  value += length.plus;
  if (length.compare === 'equal') return value === size;
  if (length.compare === 'within') return value <= size && value > 0;
  return value >= (length.min ?? 0) && value <= (length.max ?? Number.MAX_SAFE_INTEGER);
}

function popcount(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}
