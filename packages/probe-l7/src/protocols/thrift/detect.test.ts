import { describe, expect, it } from 'vitest';
import { begins, detect } from './detect.js';
import { compact, EMPTY, frame, header, old, SUCCESS, strict } from './wire.fixture.js';

const input = (bytes: Uint8Array) => {
  const own = Uint8Array.from(bytes);
  return { bytes: own, view: new DataView(own.buffer), start: 0, end: own.length, at: 0 };
};
const confirm = (bytes: Uint8Array, direction: 'request' | 'response' = 'request') =>
  detect.confirm!(input(bytes), direction);
const [CALL, REPLY] = [1, 2];

describe('recognition of thrift', () => {
  it.each([
    ['strict', strict(CALL, 'add', 1)],
    ['framed strict', frame(strict(CALL, 'add', 1))],
    ['old', old(CALL, 'add', 1)],
    ['framed old', frame(old(CALL, 'add', 1))],
    ['compact', compact(CALL, 'add', 1)],
    ['framed compact', frame(compact(CALL, 'add', 1))],
    ['header', header(strict(CALL, 'add', 1), 0)],
    ['header without its length', header(strict(CALL, 'add', 1), 0).subarray(4)],
  ])('knows a call that is %s, waits for more of it, and takes it for no answer', (_, bytes) => {
    expect(confirm(bytes)).toBe('yes');
    expect(confirm(bytes, 'response')).toBe('no');
    for (let end = 1; end < bytes.length; end++) expect(confirm(bytes.subarray(0, end)), `${end}`).not.toBe('no');
  });

  it.each([
    ['a name that is none', frame(strict(CALL, 'a b', 1))],
    ['a name without end', frame(strict(CALL, 'x'.repeat(2000), 1))],
    ['a type of field that is none', frame(strict(CALL, 'add', 1, Buffer.from([9, 0, 1, 0])))],
    ['a frame that is longer than its struct', frame(Buffer.concat([strict(CALL, 'add', 1), Buffer.alloc(9)]))],
    ['a frame that ends within its struct', frame(strict(CALL, 'add', 1, SUCCESS.subarray(0, 5)))],
    ['another version', frame(Buffer.from('800200010000000361646400000001 00'.replace(' ', ''), 'hex'))],
    ['what follows is no message', Buffer.concat([compact(CALL, 'add', 1), Buffer.from([1, 2, 3])])],
    ['a type of message that is none', compact(7, 'add', 1)],
  ])('turns down %s', (_, bytes) => {
    expect(confirm(bytes)).toBe('no');
  });

  it('finds a message within a chunk, with its frame or without', () => {
    const rest = Buffer.alloc(23, 0x41);
    expect(begins(input(Buffer.concat([rest, frame(strict(REPLY, 'add', 1))])), 'response')).toBe(23);
    expect(begins(input(Buffer.concat([rest, strict(REPLY, 'add', 1, EMPTY)])), 'response')).toBe(23);
    expect(begins(input(Buffer.concat([rest, strict(CALL, 'add', 1)])), 'response')).toBe(-1);
  });

  it('has rules that hold for what it knows', () => {
    expect(detect.rules.length).toBeLessThanOrEqual(16);
    for (const { match, ports } of detect.rules) expect(match !== undefined || ports !== undefined).toBe(true);
  });
});
