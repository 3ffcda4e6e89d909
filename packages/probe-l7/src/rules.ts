import { type ByteMatch, ConfigurationError, type DetectRule, type Protocol } from '@sonde/core';
import { rule as Rule, rule_flags, rule_length, transport } from './event.gen.js';

/** Rules, protocols and ports that the kernel's maps hold (`bpf/include/sonde/rules.h`). */
const MAX_RULES = 256;
const MAX_PROTOCOLS = 255;
const PORTS = 8;
const MATCH_BYTES = 16;
const MATCHES = 4;

const lengths = {
  equal: rule_length.RULE_LENGTH_EQUAL,
  within: rule_length.RULE_LENGTH_WITHIN,
  bounded: rule_length.RULE_LENGTH_BOUNDED,
} as const;

const transports = {
  tcp: transport.TRANSPORT_TCP,
  udp: transport.TRANSPORT_UDP,
  unix: transport.TRANSPORT_UNIX,
} as const;

/**
 * Detection rules of all protocols as rows of the kernel's map `rules`. A protocol's number is its place in the list,
 * from 1 on. Rules that pin down more bits come first, since the first that holds wins; a rule with many ports becomes
 * several rows.
 *
 * @throws ConfigurationError `RULES_TOO_MANY`, `PROTOCOLS_TOO_MANY`
 */
export function compileRules(protocols: readonly Protocol[]): Uint8Array[] {
  if (protocols.length > MAX_PROTOCOLS) {
    throw new ConfigurationError('PROTOCOLS_TOO_MANY', `${protocols.length} protocols; at most ${MAX_PROTOCOLS}`);
  }
  const rows = protocols.flatMap((protocol, index) =>
    protocol.detect.rules.flatMap((rule) => {
      const weight = weigh(rule);
      return portGroups(rule.ports ?? []).map((ports) => ({ weight, bytes: encode(index + 1, rule, ports) }));
    }),
  );
  if (rows.length > MAX_RULES) {
    throw new ConfigurationError('RULES_TOO_MANY', `${rows.length} detection rules; at most ${MAX_RULES}`, {
      hint: 'give the agent only the protocols that it needs',
    });
  }
  return rows.sort((a, b) => b.weight - a.weight).map(({ bytes }) => bytes);
}

function portGroups(ports: readonly number[]): (readonly number[])[] {
  if (ports.length === 0) return [[]];
  return Array.from({ length: Math.ceil(ports.length / PORTS) }, (_, i) => ports.slice(i * PORTS, (i + 1) * PORTS));
}

/** Bits that a rule pins down; the same weights as core's. */
function weigh(rule: DetectRule): number {
  let weight = rule.ports?.length ? 12 : 0;
  for (const match of rule.match ?? []) {
    for (const byte of maskOf(match)) weight += bitCount(byte);
  }
  if (rule.length) weight += rule.length.compare === 'equal' ? 14 : 6;
  return weight;
}

function encode(protocol: number, rule: DetectRule, ports: readonly number[]): Uint8Array {
  const matches = rule.match ?? [];
  const { length } = rule;
  const needed = Math.max(
    1,
    ...matches.map(({ offset, bytes }) => offset + bytes.length),
    length ? length.offset + length.size : 0,
  );
  return Rule.$encode({
    protocol,
    flags:
      (rule.direction === 'request' ? rule_flags.RULE_REQUEST : 0) |
      (length?.endian === 'little' ? rule_flags.RULE_LITTLE_ENDIAN : 0),
    transports: (rule.transports ?? ['tcp', 'unix']).reduce((bits, name) => bits | (1 << transports[name]), 0),
    length: length ? lengths[length.compare] : rule_length.RULE_LENGTH_NONE,
    length_offset: length?.offset ?? 0,
    length_size: length?.size ?? 0,
    needed,
    matches: matches.length,
    offset: padded(
      matches.map(({ offset }) => offset),
      MATCHES,
    ),
    minimum: Math.max(needed, rule.minimum ?? 1),
    length_plus: length?.plus ?? 0,
    length_least: Math.max(0, length?.min ?? 0),
    length_most: Math.min(0xffff_ffff, length?.max ?? 0xffff_ffff),
    ports: [...ports, ...new Array(PORTS - ports.length).fill(0)],
    reserved: 0,
    match: Array.from({ length: MATCHES }, (_, i) => {
      const match = matches[i];
      return {
        bytes: padded(match ? bytesOf(match) : [], MATCH_BYTES),
        mask: padded(match ? maskOf(match) : [], MATCH_BYTES),
      };
    }),
  });
}

function bytesOf({ bytes }: ByteMatch): readonly number[] {
  return typeof bytes === 'string' ? Array.from(bytes, (character) => character.charCodeAt(0)) : bytes;
}

function maskOf({ bytes, mask }: ByteMatch): readonly number[] {
  return mask ?? new Array(bytes.length).fill(0xff);
}

function padded(numbers: readonly number[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set(numbers);
  return bytes;
}

function bitCount(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}
