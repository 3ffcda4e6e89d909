import { describe, expect, it } from 'vitest';
import type { BodyReader } from './body-reader.js';
import { serialization } from './serializations.js';
import { u16, u32 } from './wire.fixture.js';

const ascii = (text: string) => Buffer.from(text, 'latin1');
/** A string of kryo: the highest bit of its last byte is set. */
const kryo = (text: string) => {
  const buffer = ascii(text);
  buffer[buffer.length - 1]! |= 0x80;
  return buffer;
};
const utf = (text: string) => Buffer.concat([u16(text.length), ascii(text)]);
const preamble = Buffer.from([0xac, 0xed, 0, 5]);
const block = (...parts: Uint8Array[]) => {
  const whole = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([0x77, whole.length]), whole]);
};
const jsonb = (...parts: Uint8Array[]) => {
  const whole = Buffer.concat(parts);
  return Buffer.concat([u32(whole.length), whole]);
};
const long = 'x'.repeat(100);

/** Bodies that hold the texts `ab` and `x` × 100, then null (where it can be written), and answers that say 3. */
const BODIES: [number, string, Uint8Array, Uint8Array][] = [
  [
    3,
    'java',
    Buffer.concat([preamble, block(u32(2), utf('ab'), u32(100), utf(long)), block(u32(-1))]),
    Buffer.concat([preamble, block(Buffer.from([3]))]),
  ],
  [6, 'fastjson', ascii(`"ab"\n"${long}"\nnull\n`), ascii('3\n')],
  [16, 'gson', ascii(`"ab"\r\n"${long}"\r\nnull\r\n`), ascii('3\r\n')],
  [
    7,
    'nativejava',
    Buffer.concat([preamble, block(utf('ab'), utf(long))]),
    Buffer.concat([preamble, block(Buffer.from([3]))]),
  ],
  [
    8,
    'kryo',
    Buffer.concat([kryo('ab'), Buffer.from([0xc0 | (101 & 0x3f), 101 >> 6]), ascii(long), Buffer.from([0x80])]),
    Buffer.from([3]),
  ],
  [
    11,
    'avro',
    Buffer.concat([Buffer.from([4]), ascii('ab'), Buffer.from([0xc8, 0x01]), ascii(long)]),
    Buffer.from([3]),
  ],
  [12, 'protostuff', Buffer.concat([u32(2), ascii('ab'), u32(100), ascii(long)]), Buffer.from([3])],
  [
    22,
    'protobuf',
    Buffer.concat([Buffer.from([4, 10, 2]), ascii('ab'), Buffer.from([102, 10, 100]), ascii(long)]),
    Buffer.from([2, 8, 3]),
  ],
  [
    23,
    'fastjson2',
    Buffer.concat([
      jsonb(Buffer.from([0x49 + 2]), ascii('ab')),
      jsonb(Buffer.from([0x79, 0x38, 100]), ascii(long)),
      jsonb(Buffer.from([0xaf])),
    ]),
    jsonb(Buffer.from([0xbd, 3])),
  ],
];
const reading = (id: number, body: Uint8Array): BodyReader => {
  const reader = serialization(id).reader!;
  reader.begin(body, 0, body.length);
  return reader;
};

describe('the readers of other serializations', () => {
  it.each(BODIES)('of number %i are named %s, and read texts and how a call ended', (id, name, texts, answer) => {
    expect(serialization(id).name).toBe(name);
    const reader = reading(id, texts);
    expect([reader.text(), reader.text(), reader.fault]).toEqual(['ab', long, null]);
    expect(reader.text()).toBeNull();
    expect([reading(id, answer).small(), reading(id, answer).fault]).toEqual([3, null]);
  });

  it.each(BODIES)('of number %i (%s) tell nothing that is not whole', (id, _, texts, answer) => {
    for (let length = 0; length < 60; length++) {
      const reader = reading(id, texts.subarray(0, length));
      const found = [reader.text(), reader.text()];
      expect([null, 'ab']).toContain(found[0]);
      expect(found[1]).toBeNull();
      expect(reader.fault).not.toBeNull();
    }
    expect(reading(id, answer.subarray(0, answer.length - 1)).small()).toBeNull();
  });

  it.each(BODIES)('of number %i (%s) bear any bytes', (id) => {
    for (let seed = 0; seed < 256; seed++) {
      const noise = Buffer.from(Array.from({ length: 64 }, (_, i) => (seed * 31 + i * i * 7 + (i << 3)) & 255));
      const reader = reading(id, Buffer.concat([Buffer.from([seed]), noise]));
      for (let i = 0; i < 100; i++) reader.text();
      expect(reader.fault).not.toBeNull();
      expect(reader.small()).toBeNull();
    }
  });

  it('read the class of an exception where it stands first', () => {
    const body = jsonb(Buffer.from([0x92, 0x49 + 6]), ascii('a.Fail'), Buffer.from([0, 0xa6]));
    expect(reading(23, body).className()).toBe('a.Fail');
    expect(reading(6, ascii('{"message":"no"}\n')).className()).toBeNull();
  });

  it('are missing for what nobody reads', () => {
    expect(serialization(9)).toEqual({ name: 'fst', reader: null });
    expect(serialization(5)).toEqual({ name: 'unknown_5', reader: null });
  });
});
