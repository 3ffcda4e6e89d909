import { describe, expect, it } from 'vitest';
import { MessageBody } from './message-body.js';
import { input } from './wire.fixture.js';

function append(body: MessageBody, text: string): void {
  const piece = input(`head${text}tail`);
  body.append(piece, 4, 4 + text.length);
}
function textOf(body: MessageBody): string {
  const { bytes, at, end } = body.read();
  return Buffer.from(bytes.subarray(at, end)).toString('latin1');
}

describe('the beginning of a message', () => {
  it('is put together of its packets', () => {
    const body = new MessageBody();
    for (const text of ['one ', 'two ', 'x'.repeat(9000)]) append(body, text);
    expect([textOf(body), body.cut]).toEqual([`one two ${'x'.repeat(9000)}`, false]);
  });

  it('is all that is kept of a long one', () => {
    const body = new MessageBody();
    for (let index = 0; index < 20; index++) append(body, String(index % 10).repeat(4000));
    expect(body.cut).toBe(true);
    expect(textOf(body)).toHaveLength(0x9000);
  });

  it('ends where bytes are missing', () => {
    const body = new MessageBody();
    append(body, 'there');
    body.stop();
    append(body, 'behind the gap');
    expect([textOf(body), body.cut]).toEqual(['there', true]);
  });

  it('holds nothing of the message before', () => {
    const body = new MessageBody();
    append(body, 'x'.repeat(0x9001));
    body.clear();
    append(body, 'next');
    expect([textOf(body), body.cut]).toEqual(['next', false]);
  });

  it('of one packet is read where it lies', () => {
    const window = input('head payload');
    const reader = new MessageBody().readSingle(window, 5, 12);
    expect(reader.bytes).toBe(window.bytes);
    expect([reader.at, reader.end]).toEqual([5, 12]);
  });
});
