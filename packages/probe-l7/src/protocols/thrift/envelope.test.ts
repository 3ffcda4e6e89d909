import { describe, expect, it } from 'vitest';
import { Envelope } from './envelope.js';
import { compact, EMPTY, frame, header, old, strict } from './wire.fixture.js';

const envelope = new Envelope();
const read = (bytes: Uint8Array) => {
  const own = Uint8Array.from(bytes);
  return envelope.read(own, new DataView(own.buffer), 0, own.length);
};
const [CALL, REPLY] = [1, 2];

describe('the envelope of a message', () => {
  it.each([
    ['strict', strict(REPLY, 'add', 7), { transport: 'unframed', encoding: 'binary', frameEnd: -1, body: 15 }],
    ['framed', frame(strict(REPLY, 'add', 7)), { transport: 'framed', encoding: 'binary', frameEnd: 20, body: 19 }],
    ['old', old(REPLY, 'add', 7), { transport: 'unframed', encoding: 'old binary', frameEnd: -1, body: 12 }],
    [
      'framed old',
      frame(old(REPLY, 'add', 7)),
      { transport: 'framed', encoding: 'old binary', frameEnd: 17, body: 16 },
    ],
    ['compact', compact(REPLY, 'add', 7), { transport: 'unframed', encoding: 'compact', frameEnd: -1, body: 7 }],
    ['framed compact', frame(compact(REPLY, 'add', 7)), { transport: 'framed', encoding: 'compact', body: 11 }],
    ['a header', header(compact(REPLY, 'add', 7), 2), { transport: 'header', encoding: 'compact', frameEnd: 26 }],
    ['a bare header', header(strict(REPLY, 'add', 7), 0).subarray(4), { transport: 'header', frameEnd: -1, body: 29 }],
  ])('is read: %s', (_, bytes, expected) => {
    expect(read(bytes)).toBeNull();
    expect(envelope).toMatchObject({ type: REPLY, sequence: 7, opaque: false, ...expected });
    expect(envelope.nameEnd - envelope.nameStart).toBe(3);
  });

  it.each([
    ['strict', strict(CALL, 'subtract', 0x1234_5678)],
    ['framed old', frame(old(CALL, 'subtract', 1))],
    ['framed compact', frame(compact(CALL, 'subtract', 1))],
    ['a header', header(strict(CALL, 'subtract', 1), 0)],
  ])('asks for more until its name and its ids are there: %s', (_, bytes) => {
    const enough = bytes.length - EMPTY.length;
    for (let end = 0; end < enough; end++) expect(read(bytes.subarray(0, end)), `${end} bytes`).toBe('more');
    expect(read(bytes.subarray(0, enough))).toBeNull();
  });

  it('tells a negative sequence id', () => {
    expect(read(strict(CALL, 'add', -2))).toBeNull();
    expect(envelope.sequence).toBe(-2);
    expect(read(Buffer.from('8221feffffff0f0361646400', 'hex'))).toBeNull();
    expect(envelope.sequence).toBe(-2);
  });

  it.each([
    ['a frame of no size', '0000000080010001', 'size of a frame'],
    ['a frame too large', '7fffffff80010001', 'size of a frame'],
    ['a frame of something else', '00000010f0455420', 'begin of a frame'],
    ['another version', '800200010000000361646400000001', 'version'],
    ['another version of the compact protocol', '8222010361646400', 'version'],
    ['a type that is none', '800100090000000361646400000001', 'type of a message'],
    ['a name of a negative length', '80010001ffffffff', 'length of a name'],
    ['a name that the frame has no room for', '0000000d80010001000003e8616464000000', 'frame shorter than its message'],
    ['a header that is longer than its frame', '000000100fff000000000001ffff0000', 'length of a header'],
    ['too many transformations', '000000180fff0000000000010001007f0000', 'transformations'],
    ['a header of another magic', '000000100ffe00000000000100010000', 'magic of a header'],
    ['a sequence id without end', '8221ffffffffffffffffffffff', 'sequence id'],
  ])('refuses %s', (_, hex, fault) => {
    expect(read(Buffer.from(hex, 'hex'))).toBe(fault);
  });

  it('sees through no transformation, and no protocol that it does not know', () => {
    expect(read(header(Buffer.from('789c', 'hex'), 0, [1]))).toBeNull();
    expect(envelope.opaque).toBe(true);
    expect(read(header(Buffer.from('[1,"add",1,0,{}]'), 1))).toBeNull();
    expect(envelope).toMatchObject({ opaque: true, transport: 'header' });
  });
});
