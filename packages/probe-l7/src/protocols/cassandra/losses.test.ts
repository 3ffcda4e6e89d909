import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { cassandra } from './index.js';
import { answer, done, i32, query, ready, rows, segment, startup, string } from './wire.fixture.js';

const open = () => new Conversation({ protocols: [cassandra] });
const found = (talk: Conversation) =>
  talk.close().map(({ name, status, error, response }) => `${name} ${response === null ? 'open' : status} ${error}`);
const select = (table: string, stream = 1, version = 4) => query(`SELECT * FROM ${table}`, { stream, version });

describe('cassandra after a loss', () => {
  it('pairs no request with the answer to a later one on its stream', () => {
    const talk = open().client(select('a'));
    // The answer, and the next request on the same stream, go by unseen.
    talk.miss(false, done().length).miss(true, select('b').length);
    talk.server(rows(1)).client(select('c')).server(done());
    expect(found(talk)).toEqual(['SELECT c OK null']);
  });

  it('reports none of the requests that waited when bytes of the server were lost', () => {
    const talk = open().client(select('a', 1)).client(select('b', 2));
    talk.miss(false, 13).server(done({ stream: 2 }));
    talk.client(select('c', 3)).server(done({ stream: 3 }));
    expect(found(talk)).toEqual(['SELECT c OK null', 'SELECT a open null']);
    expect(talk.stats.unmatched).toMatchObject({ abandoned: 1 });
  });

  it('takes an answer whose end is lost for an answer', () => {
    const whole = rows(50);
    const talk = open()
      .client(select('a'))
      .server(whole.subarray(0, 200))
      .miss(false, whole.length - 200);
    talk.client(select('b')).server(done());
    const exchanges = talk.close();
    expect(exchanges.map(({ name, status }) => `${name} ${status}`)).toEqual(['SELECT a OK', 'SELECT b OK']);
    expect(exchanges[0]!.response).toMatchObject({ truncated: true, rows: 50, keyspace: 'shop' });
  });

  it('never ties an answer that was cut to a request that came after it', () => {
    const cut = answer('RESULT', {}, i32(3), string('shop'));
    const talk = open()
      .client(select('a'))
      .server(cut.subarray(0, 12))
      .miss(false, cut.length - 12);
    // Its end would show only now, when the stream is in use again.
    talk.client(select('b')).server(rows(7));
    const pairs = talk.close().map(({ name, response }) => `${name} ${(response as { rows?: number } | null)?.rows}`);
    expect(pairs).not.toContain('SELECT b undefined');
    expect(pairs).not.toContain('SELECT a 7');
  });

  it('reports a request whose statement was cut without it', () => {
    const whole = select(`orders WHERE secret = '${'x'.repeat(400)}'`);
    const talk = open()
      .client(whole.subarray(0, 100))
      .miss(true, whole.length - 100)
      .client(select('b', 2));
    talk.server(done()).server(done({ stream: 2 }));
    const [first, second] = talk.close();
    expect(first!.request).toMatchObject({ operation: 'QUERY', truncated: true });
    expect(JSON.stringify(first!.request)).not.toContain('xxxx');
    expect(second!.name).toBe('SELECT b');
  });

  it('joins at an envelope in the middle of a connection', () => {
    const talk = new Conversation({ protocols: [cassandra], pinned: false, fromStart: false });
    talk.server(Buffer.alloc(300, 0x84)).client(select('a')).server(rows(1));
    expect(found(talk)).toEqual(['SELECT a OK null']);
  });

  it('does not believe in an answer that nobody waits for, in the middle of rows', () => {
    const talk = open().client(select('a')).miss(false, 5000);
    talk.server(done({ stream: 1 }).subarray(0, 13)).server(Buffer.alloc(100, 0x83));
    talk.server(done({ stream: 44 }));
    talk.client(select('b', 2)).server(rows(2, { stream: 2 }));
    expect(found(talk)).toContain('SELECT b OK null');
    expect(found(talk)).not.toContain('SELECT a OK null');
  });

  it('forgets what was lost within a segment, and goes on with the next', () => {
    const V5 = { version: 5 };
    const talk = open().client(startup(V5)).server(ready(V5));
    const both = segment(Buffer.concat([select('a', 1, 5), select('b', 2, 5)]));
    const length = 6 + select('a', 1, 5).length;
    talk
      .client(both.subarray(0, length + 3))
      .miss(true, 10)
      .client(both.subarray(length + 13));
    talk.client(segment(select('c', 3, 5))).server(segment(done({ ...V5, stream: 3 })));
    expect(found(talk)).toEqual(['STARTUP OK null', 'SELECT c OK null', 'SELECT a open no response']);
    expect(talk.stats.parseErrors).toEqual({});
  });

  it('cuts a long envelope of which a segment was lost', () => {
    const V5 = { version: 5 };
    const answered = rows(30_000, V5);
    const parts = [0, 131_071, 262_142, 393_213].map((at) => segment(answered.subarray(at, at + 131_071), false));
    const talk = open()
      .client(startup(V5))
      .server(ready(V5))
      .client(segment(select('a', 1, 5)));
    talk.server(parts[0]!).miss(false, parts[1]!.length).server(parts[2]!).server(parts[3]!);
    talk.client(segment(select('b', 1, 5))).server(segment(done(V5)));
    const exchanges = talk.close();
    expect(exchanges.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'STARTUP OK',
      'SELECT a OK',
      'SELECT b OK',
    ]);
    expect(exchanges[1]!.response).toMatchObject({ truncated: true });
  });

  it('keeps a bounded part of a body that never ends', () => {
    const head = rows(1);
    head.writeInt32BE(0x0fff_ffff, 5);
    const talk = open().client(select('a')).server(head);
    for (let chunk = 0; chunk < 200; chunk++) talk.server(Buffer.alloc(4096, chunk));
    talk.client(select('b', 2));
    const exchanges = talk.close();
    expect(exchanges.map(({ name }) => name)).toEqual(['SELECT a', 'SELECT b']);
    expect(talk.stats.parseErrors).toEqual({});
  });
});
