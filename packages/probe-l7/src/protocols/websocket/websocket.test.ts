import { describe, expect, it } from 'vitest';
import { Conversation, readSample, summary } from '../conversation.fixture.js';
import { http1 } from '../http1/index.js';
import { websocket } from './index.js';

const protocols = [http1, websocket];
const OPENING = 'GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const ACCEPTED = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const MASK = [0x11, 0x22, 0x33, 0x44];

/** A frame; with a mask if the client sends it. */
function frame(fromClient: boolean, first: number, payload: Buffer | string): Buffer {
  const data = Buffer.from(payload);
  const { length } = data;
  const size = Buffer.alloc(length < 126 ? 1 : length < 65_536 ? 3 : 9);
  if (length < 126) size[0] = length;
  else if (length < 65_536) size.writeUInt16BE(length, 1);
  else size.writeBigUInt64BE(BigInt(length), 1);
  if (length >= 126) size[0] = length < 65_536 ? 126 : 127;
  if (!fromClient) return Buffer.concat([Buffer.of(first), size, data]);
  size[0]! |= 0x80;
  const masked = data.map((byte, i) => byte ^ MASK[i % 4]!);
  return Buffer.concat([Buffer.of(first), size, Buffer.from(MASK), masked]);
}

const open = () => new Conversation({ protocols, pinned: false }).client(OPENING).server(ACCEPTED);
const seen = (talk: Conversation) =>
  talk.close().map(({ protocol, name, request, status }) => {
    const { from, bodySize, frames } = request as unknown as Record<string, unknown>;
    return protocol === 'websocket' ? [name, from, bodySize, frames, status] : [name, status];
  });

describe('websocket', () => {
  it('follows its opening, with a message of each side and of each length', () => {
    const talk = open()
      .client(frame(true, 0x81, 'hello'))
      .server(frame(false, 0x82, Buffer.alloc(300)));
    talk.server(frame(false, 0x81, Buffer.alloc(70_000)));
    expect(seen(talk)).toEqual([
      ['GET /chat', 101],
      ['websocket text', 'client', 5, 1, null],
      ['websocket binary', 'server', 300, 1, null],
      ['websocket text', 'server', 70_000, 1, null],
    ]);
    expect(talk.stats.parseErrors).toEqual({});
  });

  it('puts fragments together, with a ping between them', () => {
    const talk = open().client(
      Buffer.concat([
        frame(true, 0x01, 'ab'),
        frame(true, 0x89, 'ping'),
        frame(true, 0x00, 'cd'),
        frame(true, 0x80, 'ef'),
      ]),
    );
    talk.client(frame(true, 0x81, 'next'));
    expect(seen(talk).slice(1)).toEqual([
      ['websocket text', 'client', 6, 3, null],
      ['websocket text', 'client', 4, 1, null],
    ]);
  });

  it('tells how each side ended', () => {
    const talk = open()
      .client(frame(true, 0x88, Buffer.from([0x03, 0xe8])))
      .server(frame(false, 0x88, Buffer.from([0x03, 0xf3])));
    const [, client, server] = talk.close();
    expect([client!.status, client!.error]).toEqual([1000, null]);
    expect([server!.status, server!.error]).toEqual([1011, '1011']);
    expect(server!.attributes).toMatchObject({ 'network.protocol.name': 'websocket', 'sonde.message.body.size': 2 });
  });

  it('steps over payloads that were not captured', () => {
    const talk = open()
      .server(frame(false, 0x82, Buffer.alloc(5000)), 128)
      .server(frame(false, 0x81, 'x'));
    expect(
      seen(talk)
        .slice(1)
        .map(([, , size]) => size),
    ).toEqual([5000, 1]);
    expect(talk.stats.desyncs).toBe(0);
  });

  it('keeps nothing of what was said', () => {
    const talk = open()
      .client(frame(true, 0x81, 'my secret'))
      .server(frame(false, 0x81, 'my secret'));
    expect(JSON.stringify(talk.close().map(summary))).not.toContain('secret');
  });

  it.each([
    ['a client that does not mask', true, frame(false, 0x81, 'x')],
    ['a server that masks', false, frame(true, 0x81, 'x')],
    ['a reserved opcode', true, frame(true, 0x83, 'x')],
    ['a long ping', true, frame(true, 0x89, Buffer.alloc(200))],
    ['a continuation of nothing', true, frame(true, 0x80, 'x')],
    ['a length of 2^63', true, Buffer.from([0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])],
  ])('refuses %s', (_what, fromClient, bytes) => {
    const talk = open();
    if (fromClient) talk.client(bytes);
    else talk.server(bytes);
    talk.close();
    expect(talk.stats.parseErrors).toEqual({ websocket: 1 });
  });

  it('reads a recorded conversation the same in pieces', () => {
    const frames = readSample(new URL('./samples/frames.jsonl', import.meta.url));
    const script = [[true, OPENING], [false, ACCEPTED], ...frames] as const;
    const whole = new Conversation({ protocols, pinned: false }).play(script).close().map(summary);
    expect(whole.map(({ name }) => name)).toEqual([
      'GET /chat',
      ...['websocket text', 'websocket text', 'websocket binary', 'websocket binary'],
      ...['websocket close', 'websocket close'],
    ]);
    for (const size of [1, 3, 17]) {
      const pieces = new Conversation({ protocols, pinned: false }).play(script, size).close();
      expect(pieces.map(summary), `pieces of ${size}`).toEqual(whole);
    }
  });
});
