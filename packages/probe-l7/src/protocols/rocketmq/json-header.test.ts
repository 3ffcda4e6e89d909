import { describe, expect, it } from 'vitest';
import { Command } from './command.js';
import { readJson } from './json-header.js';
import { Slot } from './slots.js';

const read = (text: string, length = text.length, fields = false) => {
  const bytes = Buffer.from(text);
  const command = new Command();
  command.begin(bytes);
  return { reading: readJson(bytes, 0, length, bytes.length, command, fields), command };
};
const HEADER =
  '{"code":310,"extFields":{"b":"orders","e":"3","x":[1,{"]":"}"}]},"flag":2,"language":"GO","opaque":-7,"version":435}';

describe('the reader of JSON headers', () => {
  it('takes the fixed fields, and notes the extension fields', () => {
    const { reading, command } = read(HEADER);
    expect(reading).toBe('whole');
    expect(command).toMatchObject({ code: 310, flag: 2, opaque: -7, version: 435, language: 'GO' });
    expect([command.isOneway, command.isResponse]).toEqual([true, false]);
    expect([command.text(Slot.topic), command.number(Slot.queueId), command.text(Slot.group)]).toEqual([
      'orders',
      3,
      undefined,
    ]);
  });

  it('says at each byte that the rest is missing, and keeps what it read whole', () => {
    for (let length = 0; length < HEADER.length; length++) {
      const { reading, command } = read(HEADER, length);
      expect(reading, `${length} bytes`).toBe('short');
      expect(command.code === 310 || Number.isNaN(command.code)).toBe(true);
      expect(command.opaque === -7 || Number.isNaN(command.opaque)).toBe(true);
      expect([undefined, 'orders']).toContain(command.text(Slot.topic));
    }
  });

  it.each(['', '[]', '{"code"', '{"code":}', '{"code" 1}', '{1:2}', '{"code":1', '{"a":{"b":1}', '{"a":"b}'])(
    'calls %s bad, if it ends there',
    (text) => expect(read(text).reading).toBe('bad'),
  );

  it('takes no number for one that is none, or too large', () => {
    const { command } = read('{"code":"1x","flag":99999999999,"opaque":true,"version":""}');
    for (const value of [command.code, command.flag, command.opaque, command.version]) expect(value).toBeNaN();
  });

  it('takes the values of a body for extension fields', () => {
    const { command } = read('{"clientId":"a@1","topic":"t\\u00e9"}', undefined, true);
    expect([command.text(Slot.clientId), command.text(Slot.topic)]).toEqual(['a@1', 'té']);
  });
});
