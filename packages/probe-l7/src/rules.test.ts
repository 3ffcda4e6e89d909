import { type DetectRule, defineProtocol, type Protocol } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { builtinProtocols } from './builtin-protocols.js';
import { rule as Rule, rule_flags, rule_length } from './event.gen.js';
import { compileRules } from './rules.js';

function protocol(name: string, ...rules: DetectRule[]): Protocol {
  return defineProtocol({
    apiVersion: 1,
    name,
    description: name,
    support: { versions: [], limits: [] },
    detect: { rules },
    match: 'fifo',
    metric: { name: 'm' },
    createStream: () => ({ read: () => 0 }),
    describe: () => ({ name, status: null, error: null }),
  });
}

function rows(...protocols: Protocol[]) {
  return compileRules(protocols).map((bytes) => Rule.$read(new DataView(bytes.buffer, bytes.byteOffset), 0));
}

describe('compileRules', () => {
  it('writes bytes, masks and offsets', () => {
    const [row] = rows(
      protocol('a', {
        direction: 'request',
        match: [
          { offset: 0, bytes: 'GET ' },
          { offset: 60, bytes: [0x10, 0xff], mask: [0xf0, 0x0f] },
        ],
      }),
    );
    expect(row).toMatchObject({ protocol: 1, flags: rule_flags.RULE_REQUEST, matches: 2, needed: 62, minimum: 62 });
    expect([...row!.offset]).toEqual([0, 60, 0, 0]);
    expect(Buffer.from(row!.match[0]!.bytes).toString('latin1', 0, 5)).toBe('GET \0');
    expect([...row!.match[0]!.mask].slice(0, 5)).toEqual([0xff, 0xff, 0xff, 0xff, 0]);
    expect([...row!.match[1]!.mask].slice(0, 3)).toEqual([0xf0, 0x0f, 0]);
  });

  it('leaves the mask of an absent place empty, so that it holds for any bytes', () => {
    const [row] = rows(protocol('a', { direction: 'response', ports: [53] }));
    expect(row!.flags).toBe(0);
    expect(row!.match.every(({ mask }) => mask.every((byte) => byte === 0))).toBe(true);
    expect(row!.needed).toBe(1);
  });

  it('takes tcp and unix where a rule names no transport', () => {
    const tcp = 1 << 1;
    const udp = 1 << 2;
    const unix = 1 << 3;
    const [first, second] = rows(
      protocol('a', { direction: 'request', match: [{ offset: 0, bytes: 'ab' }] }),
      protocol('b', { direction: 'request', transports: ['udp'], match: [{ offset: 0, bytes: 'a' }] }),
    );
    expect(first!.transports).toBe(tcp | unix);
    expect(second!.transports).toBe(udp);
  });

  it.each([
    ['equal', rule_length.RULE_LENGTH_EQUAL],
    ['within', rule_length.RULE_LENGTH_WITHIN],
    ['bounded', rule_length.RULE_LENGTH_BOUNDED],
  ] as const)('writes a length that is %s', (compare, number) => {
    const length = { offset: 3, size: 2, endian: 'little', plus: -4, compare, min: 8, max: 99 } as const;
    const [row] = rows(protocol('a', { direction: 'request', length }));
    expect(row).toMatchObject({
      length: number,
      length_offset: 3,
      length_size: 2,
      length_plus: -4,
      length_least: 8,
      length_most: 99,
      needed: 5,
    });
    expect(row!.flags & rule_flags.RULE_LITTLE_ENDIAN).toBeTruthy();
  });

  it('puts the rules that pin down most first, whatever protocol they are of', () => {
    const weak: DetectRule = { direction: 'request', ports: [1] };
    const strong: DetectRule = { direction: 'request', match: [{ offset: 0, bytes: 'MAGIC' }] };
    expect(rows(protocol('a', weak), protocol('b', strong)).map((row) => row.protocol)).toEqual([2, 1]);
  });

  it('makes several rows of a rule with many ports', () => {
    const ports = Array.from({ length: 10 }, (_, i) => 1000 + i);
    const found = rows(protocol('a', { direction: 'request', ports }));
    expect(found.flatMap((row) => row.ports.filter((port) => port !== 0))).toEqual(ports);
    expect(found).toHaveLength(2);
  });

  it('refuses more rules than the map holds', () => {
    const many = Array.from({ length: 257 }, (): DetectRule => ({ direction: 'request', ports: [1] }));
    expect(() => compileRules([protocol('a', ...many)])).toThrow(
      expect.objectContaining({ code: 'RULES_TOO_MANY', hint: expect.any(String) }),
    );
  });

  it('refuses more protocols than have a number', () => {
    const many = Array.from({ length: 256 }, () => protocol('a', { direction: 'request', ports: [1] }));
    expect(() => compileRules(many)).toThrow(expect.objectContaining({ code: 'PROTOCOLS_TOO_MANY' }));
  });

  it('holds the rules of all built-in protocols', () => {
    expect(compileRules(builtinProtocols).length).toBeGreaterThan(builtinProtocols.length);
  });
});
