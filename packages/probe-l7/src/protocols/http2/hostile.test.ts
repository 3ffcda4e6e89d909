import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import {
  block,
  CLIENT_START,
  END_HEADERS,
  END_STREAM,
  frame,
  request,
  response,
  SERVER_START,
} from './frames.fixture.js';
import { http2 } from './index.js';

const start = () => new Conversation({ protocols: [http2] }).client(CLIENT_START).server(SERVER_START);

/** What a good peer gets once the bad one is done: the pipeline goes on. */
function serves(talk: Conversation, stream: number): boolean {
  talk.client(request(stream, '/after')).server(response(stream, 200));
  return talk.exchanges.some(({ name, status }) => name === 'GET /after' && status === 200);
}

/** Milliseconds of CPU that the work took: another process on the machine doesn't count. */
function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('http2 and a hostile peer', () => {
  it('follows a bounded number of 100 000 streams that nobody answers, and counts the rest', () => {
    const talk = start();
    const spent = cpuMs(() => {
      for (let i = 0; i < 100_000; i++) talk.client(request(2 * i + 1, '/x'));
    });
    expect(talk.stats.unmatched).toEqual({ overflow: 90_000 });
    expect(serves(talk, 200_001)).toBe(true);
    expect(spent).toBeLessThan(10_000);
  });

  it('counts streams that are opened and reset at once, and keeps none', () => {
    const talk = start();
    for (let i = 0; i < 20_000; i++) {
      const id = 2 * i + 1;
      talk.client(Buffer.concat([request(id, '/x'), frame(3, 0, id, Buffer.from([0, 0, 0, 8]))]));
    }
    expect(talk.stats.unmatched).toEqual({ abandoned: 20_000 });
    expect(talk.close()).toEqual([]);
  });

  it('gives up a block that goes on without end', () => {
    const talk = start().client(frame(1, END_STREAM, 1, block({ ':method': 'GET', ':path': '/' })));
    for (let i = 0; i < 5000; i++) talk.client(frame(9, 0, 1, block({ 'x-a': 'b'.repeat(1000) })));
    expect(talk.stats.parseErrorReasons['http2: header block too long']).toBe(1);
    expect(talk.close()).toEqual([]);
  });

  it('waits for no frame of 16 MiB that holds a head', () => {
    const talk = start();
    const huge = frame(1, END_STREAM | END_HEADERS, 1, '');
    huge.writeUIntBE(0xffffff, 0, 3);
    talk.client(huge);
    for (let i = 0; i < 64; i++) talk.client(Buffer.alloc(4096, 0x82));
    expect(talk.close().length).toBeLessThanOrEqual(1);
    expect(talk.stats.parserFaults).toBe(0);
  });

  it('makes no gigabytes of a block that refers to one large field again and again', () => {
    const large = Buffer.concat([
      Buffer.from([0x40, 3]),
      Buffer.from('x-a'),
      Buffer.from([0x7f, 0x99, 0x1e]),
      Buffer.alloc(3992, 0x61),
    ]);
    const bomb = Buffer.concat([Buffer.from([0x82, 0x86, 0x84]), large, Buffer.alloc(12_000, 0xbe)]);
    const talk = start();
    const spent = cpuMs(() => {
      for (let i = 0; i < 50; i++)
        talk.client(frame(1, END_STREAM | END_HEADERS, 2 * i + 1, bomb)).server(response(2 * i + 1, 200));
    });
    expect(talk.close()).toHaveLength(50);
    expect(spent).toBeLessThan(3000);
  });
});
