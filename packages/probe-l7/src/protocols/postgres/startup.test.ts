import type { Input } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { frame, startup, u32, untyped } from './frames.fixture.js';
import { clientFrameSize, serverFrameSize } from './frames.js';
import { readStartup, startupKind } from './startup.js';

const inputOf = (content: string): Input => {
  const bytes = Uint8Array.from(Buffer.from(content, 'latin1'));
  return { bytes, view: new DataView(bytes.buffer), start: 0, end: bytes.length, at: 0 };
};
const kind = (content: string) => startupKind(inputOf(content), 0);
const read = (content: string) => readStartup(inputOf(content), 8, content.length);

describe('the first message of a connection', () => {
  it.each([
    ['startup', startup({ user: 'a' })],
    ['startup', startup({ user: 'a' }, 0x3_0033)],
    ['ssl', untyped(80_877_103)],
    ['gss', untyped(80_877_104)],
    ['cancel', untyped(80_877_102, 'pid.key.')],
  ] as const)('is a %s', (expected, content) => {
    expect(kind(content)).toBe(expected);
  });

  it.each([
    ['of protocol 2', startup({ user: 'a' }, 0x2_0000)],
    ['that asks for TLS at length', untyped(80_877_103, 'more')],
    ['that cancels without a key', untyped(80_877_102)],
    ['of 20 000 bytes', `${u32(20_000)}${u32(0x3_0000)}`],
    ['of 8 bytes', `${u32(8)}${u32(0x3_0000)}`],
  ])('is none %s', (_name, content) => {
    expect(kind(content)).toBeNull();
  });

  it('names user and database among other parameters', () => {
    expect(read(startup({ application_name: 'x', user: 'ä', database: 'd', options: '' }))).toEqual({
      user: Buffer.from('ä', 'latin1').toString('utf8'),
      database: 'd',
    });
    expect(read(startup({ replication: 'true' }))).toEqual({ user: null, database: null });
  });

  it.each([
    ['a value without end', `${u32(20)}${u32(0x3_0000)}user\0abc`],
    ['a name that is none', startup({ 'us er': 'a' })],
    ['something behind the end', `${startup({ user: 'a' })}x`],
  ])('has no parameters with %s', (_name, content) => {
    expect(read(content)).toBeNull();
  });
});

describe('frame sizes', () => {
  const client = (content: string) => clientFrameSize(inputOf(content), 0);
  const server = (content: string) => serverFrameSize(inputOf(content), 0);

  it('count the type byte and the length', () => {
    expect(client(frame('Q', 'select 1\0'))).toBe(14);
    expect(server(frame('D', 'x'.repeat(100)))).toBe(105);
    expect(client(`Q${u32(0x3fff_ffff)}`)).toBe(0x4000_0000);
  });

  it('are none for types that a side never sends, and lengths that a type never has', () => {
    expect([client(frame('T', 'xx')), server(frame('Q', 'xx')), client(frame('z'))]).toEqual([0, 0, 0]);
    expect([client(frame('S', 'x')), server(frame('Z', 'xx')), server(frame('C', 'x'.repeat(2000)))]).toEqual([
      0, 0, 0,
    ]);
    expect([client(`Q${u32(3)}`), client(`Q${u32(0xffff_ffff)}`)]).toEqual([0, 0]);
  });
});
