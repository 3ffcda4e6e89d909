import type { Exchange } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { Conversation, readSample, summary } from '../conversation.fixture.js';
import { tds } from './index.js';
import {
  answer,
  batch,
  columns,
  database,
  done,
  error,
  HEADERS,
  int,
  login,
  loginAck,
  N,
  nvarchar,
  packet,
  packets,
  prelogin,
  rpc,
  u16,
  u32,
  wide,
} from './wire.fixture.js';

const sample = (name: string) => readSample(new URL(`./samples/${name}.jsonl`, import.meta.url));
const open = (options = {}) => new Conversation({ protocols: [tds], ...options });
const line = ({ name, status }: Exchange) => `${name} > ${status}`;

/** One column of int, and rows. */
const rows = (...values: number[]) => columns([N]) + values.map((value) => `\xd1\x04${u32(value)}`).join('');

describe('tds, recorded from clients', () => {
  it('reads batches, procedures, prepared statements, transactions and an attention of tedious', () => {
    const seen = open({ pinned: false }).play(sample('tedious')).close();
    expect(seen.map(line)).toEqual([
      ...['PreLogin > OK', 'Login7 > OK', 'SET > OK', 'SELECT orders > OK', 'SELECT sparse > OK', 'SELECT many > OK'],
      ...['SELECT nowhere > 208', 'INSERT orders > OK', 'USE > OK', 'SELECT orders > OK', 'SELECT nowhere > 208'],
      ...[
        'INSERT orders > OK',
        'EXECUTE orders_of > OK',
        'SELECT orders > OK',
        'SELECT orders > OK',
        'SELECT orders > OK',
      ],
      ...['EXECUTE sp_unprepare > OK', 'BEGIN > OK', 'COMMIT > OK', 'SQLBatch > OK'],
    ]);
    expect(seen[5]!.response).toMatchObject({ rows: 900, results: 1 });
    expect(seen[9]!.request).toMatchObject({ procedure: 'sp_executesql', database: 'shop' });
    expect(seen[14]!.request).toMatchObject({ procedure: 'sp_execute', handle: 7 });
    expect(seen.at(-1)).toMatchObject({ request: { cancelled: true }, response: { cancelled: true } });
    expect(JSON.stringify(seen.map(({ request, attributes }) => [request, attributes]))).not.toMatch(/secret|hunter22/);
  });

  it('reads version 7.1 of FreeTDS, and a refused login', () => {
    expect(open().play(sample('freetds')).close().map(line)).toEqual([
      ...['PreLogin > OK', 'Login7 > OK', 'SELECT sparse > OK', 'SELECT nowhere > 208', 'INSERT orders > OK'],
    ]);
    const [, refused] = open().play(sample('refused')).close();
    expect(refused).toMatchObject({ status: 18456, error: '18456', request: { resource: 'wrong' } });
  });

  it.each(['tedious', 'freetds', 'refused'])('says the same of %s in pieces', (name) => {
    const whole = open().play(sample(name));
    const expected = whole.close().map(summary);
    expect(whole.stats).toMatchObject({ parseErrors: {}, unmatched: {}, desyncs: 0 });
    for (const size of [1, 5, 33]) expect(open().play(sample(name), size).close().map(summary)).toEqual(expected);
  });
});

describe('tds, by hand', () => {
  const late = { fromStart: false } as const;

  it('gives up the counts of an answer with a token that it can not read, not how it ended', () => {
    const talk = open(late)
      .client(batch('SELECT 1'))
      .server(answer(`\x88${'?'.repeat(40)}${done(2)}`));
    talk.client(batch('SELECT n FROM t')).server(answer(rows(1, 2) + done(0x10, 2)));
    const seen = talk.close();
    expect(seen.map(line)).toEqual(['SELECT > ERROR', 'SELECT t > OK']);
    expect(seen[0]!.response).toMatchObject({ truncated: true });
    expect(seen[1]!.response).toMatchObject({ rows: 2 });
  });

  it('counts changed rows once, though the procedure repeats them', () => {
    const inner = done(0x11, 3, 0xc3, 0xff);
    const outer = done(0x10, 3, 0xe0, 0xfe);
    const talk = open(late)
      .client(batch('EXEC p'))
      .server(answer(inner + outer));
    expect(talk.close()[0]!.response).toMatchObject({ affectedRows: 3 });
  });

  it('makes nothing of an attention that is acknowledged after the answer', () => {
    const talk = open(late).client(batch('SELECT 1')).server(answer(done()));
    talk
      .client(packet(6, ''))
      .server(answer(done(0x20)))
      .client(batch('SELECT 2'))
      .server(answer(done()));
    expect(talk.close().map(line)).toEqual(['SELECT > OK', 'SELECT > OK']);
    expect(talk.stats.unmatched).toEqual({});
  });

  it('leaves several sessions on one connection alone', () => {
    const talk = open(late).client(batch('SELECT 1')).server(answer(done()));
    talk.client(`S\x01${'\0'.repeat(14)}`).server(`S\x02${'\0'.repeat(14)}`);
    expect(talk.close().map(line)).toEqual(['SELECT > OK']);
    expect(talk.stats.parseErrors).toEqual({});
  });

  it.each([
    ['a type that no client sends', packet(99, 'x')],
    ['a length shorter than its header', '\x01\x01\0\x04\0\0\x01\0'],
  ])('refuses %s', (_what, bytes) => {
    const talk = open(late).client(batch('SELECT 1')).server(answer(done())).client(bytes);
    talk.close();
    expect(talk.stats.parseErrorReasons).toEqual({ 'tds: not a packet of a client': 1 });
  });
});

describe('tds, from its opening on', () => {
  const opened = () =>
    open()
      .client(packet(18, prelogin(2)))
      .server(answer(prelogin(2)))
      .client(packet(16, login()))
      .server(answer(database('shop', 'master') + loginAck() + done()));
  /** Records of TLS: a handshake, and data. */
  const handshake = `\x16\x03\x03${String.fromCharCode(0, 40)}${'h'.repeat(40)}`;
  const data = (size: number) => `\x17\x03\x03${String.fromCharCode(size >> 8, size & 255)}${'?'.repeat(size)}`;

  it('knows the database that the server chose, and the one that a session is reset to', () => {
    const talk = opened();
    talk.client(batch('USE other')).server(answer(database('other', 'shop') + done()));
    talk.client(batch('SELECT 1')).server(answer(done()));
    for (const status of [0x09, 0x11]) talk.client(batch('SELECT 2', status)).server(answer(done()));
    const seen = talk.close();
    expect(seen.map(({ request }) => (request as { database?: string }).database)).toEqual([
      ...[null, 'master', 'shop', 'other', 'shop', 'shop'],
    ]);
    expect(seen[1]!.response).toMatchObject({ serverName: 'Microsoft SQL Server', serverVersion: '16.0' });
  });

  it('forgets statements that were prepared before a session was reset', () => {
    const handle = `\xac\0\0\0\x01${u32(0)}${u16(0)}\x26\x04\x04${u32(7)}`;
    const talk = opened();
    talk.client(rpc(13, int(null), nvarchar(null), nvarchar('SELECT * FROM orders'))).server(answer(handle + done()));
    talk.client(rpc(12, int(7))).server(answer(done()));
    talk.client(rpc(15, int(7)).replace('\x03\x01', '\x03\x09')).server(answer(done()));
    talk.client(rpc(12, int(7))).server(answer(done()));
    expect(talk.close().slice(2).map(line)).toEqual([
      ...['SELECT orders > OK', 'SELECT orders > OK', 'EXECUTE sp_unprepare > OK', 'EXECUTE sp_execute > OK'],
    ]);
  });

  it.each([6, 15])('names the release of a statement by its procedure, number %d', (procedure) => {
    const handle = `\xac\0\0\0\x01${u32(0)}${u16(0)}\x26\x04\x04${u32(7)}`;
    const talk = opened().client(rpc(3, int(null), nvarchar(null), nvarchar('SELECT * FROM orders')));
    talk.server(answer(handle + done()));
    talk.client(rpc(4, int(7))).server(answer(done()));
    talk.client(rpc(procedure, int(7))).server(answer(done()));
    talk.client(rpc(4, int(7))).server(answer(done()));
    expect(
      talk
        .close()
        .slice(3)
        .map(({ name }) => name),
    ).toEqual([
      ...['SELECT orders', procedure === 6 ? 'EXECUTE sp_cursorunprepare' : 'EXECUTE sp_unprepare'],
      'EXECUTE sp_cursorexecute',
    ]);
  });

  it('follows a login that is encrypted by itself, and reads what comes after it', () => {
    const talk = open()
      .client(packet(18, prelogin(0)))
      .server(answer(prelogin(0)));
    talk.client(packet(18, handshake)).server(packet(18, handshake)).client(packet(18, handshake));
    talk.server(packet(18, handshake)).client(data(300));
    talk.server(answer(loginAck() + done()));
    talk.client(batch('SELECT * FROM orders')).server(answer(rows(1) + done(0x10, 1)));
    const seen = talk.close();
    expect(seen.map(line)).toEqual(['PreLogin > OK', 'Login7 > OK', 'SELECT orders > OK']);
    expect(seen[1]!.request).toMatchObject({ encrypted: true, resource: null });
    expect(talk.stats).toMatchObject({ parseErrors: {}, unmatched: {} });
  });

  it('leaves a connection alone of which all is encrypted', () => {
    const talk = open()
      .client(packet(18, prelogin(1)))
      .server(answer(prelogin(1)));
    talk.client(packet(18, handshake)).server(packet(18, handshake));
    talk.client(data(300)).server(data(80)).client(data(100)).server(data(5000));
    expect(talk.close().map(line)).toEqual(['PreLogin > OK']);
    expect(talk.stats.parseErrors).toEqual({});
  });

  it('says nothing of how a login is proved', () => {
    const talk = open()
      .client(packet(16, login({ user: '' })))
      .server(answer(`\xed${u16(6)}ticket`))
      .client(packet(17, 'a ticket in return'))
      .server(answer(loginAck() + done()));
    const seen = talk.close();
    expect(seen.map(({ name }) => name)).toEqual(['Login7']);
    expect(talk.stats.parseErrors).toEqual({});
  });

  it('reads a refused login, with the name of the user and nothing else', () => {
    const talk = open().client(packet(16, login({ user: 'wrong' })));
    talk.server(answer(error(18_456, "Login failed for user 'wrong'.", 14) + done(2)));
    const [seen] = talk.close();
    expect(seen).toMatchObject({ status: 18_456, request: { resource: 'wrong', version: '7.4', application: 'shop' } });
    expect(JSON.stringify(seen!.request)).not.toContain('hunter22');
  });
});

describe('tds in many packets', () => {
  const late = { fromStart: false } as const;
  const insert = `INSERT INTO orders VALUES ${Array.from({ length: 500 }, (_, id) => `(${id}, 'secret')`)}`;

  it('puts a statement together, and tells where it is too long', () => {
    const talk = open(late)
      .client(packets(1, HEADERS + wide(insert), 4088))
      .server(answer(done(0x10, 500, 0xc3)));
    const longer = `${insert}${', (1, 2)'.repeat(5000)}`;
    talk.client(packets(1, HEADERS + wide(longer), 4088)).server(answer(done(0x10, 500, 0xc3)));
    const seen = talk.close();
    expect(seen.map(line)).toEqual(['INSERT orders > OK', 'INSERT orders > OK']);
    expect(seen.map(({ request }) => request.truncated)).toEqual([undefined, true]);
    expect(seen[0]!.requestTiming.bytes).toBe(packets(1, HEADERS + wide(insert), 4088).length);
  });

  it('puts an answer together, whatever its packets cut apart', () => {
    for (const size of [1, 2, 3, 7, 50]) {
      const talk = open(late)
        .client(batch('SELECT n FROM t'))
        .server(packets(4, rows(1, 2, 3) + done(0x10, 3), size));
      expect(talk.close()[0], `packets of ${size}`).toMatchObject({ status: 'OK', response: { rows: 3 } });
    }
  });

  it('counts rows that are sent in bulk to nothing but their message', () => {
    const bulk = packets(7, rows(1, 2, 3) + done(), 20);
    const talk = open(late).client(batch('INSERT BULK t (n int)')).server(answer(done()));
    talk.client(bulk).server(answer(done(0x10, 3, 0xf0)));
    talk.client(packet(7, 'all in one')).server(answer(done(0x10, 1, 0xf0)));
    const seen = talk.close();
    expect(seen.slice(1).map(line)).toEqual(['BulkLoad > OK', 'BulkLoad > OK']);
    expect(seen[1]).toMatchObject({ response: { affectedRows: 3 }, requestTiming: { bytes: bulk.length } });
  });

  it.each([
    ['by its last packet', (talk: Conversation) => talk.client(packets(1, HEADERS + wide(insert), 4088, 3)), true],
    [
      'by an attention',
      (talk: Conversation) => talk.client(packets(1, HEADERS + wide(insert), 4088, 0) + packet(6, '')),
      true,
    ],
    ['not at all', (talk: Conversation) => talk.client(packets(1, HEADERS + wide(insert), 4088)), undefined],
  ])('knows a message that was taken back %s', (_how, say, cancelled) => {
    const talk = say(open(late)).server(answer(done(2)));
    expect(talk.close()[0]!.request).toMatchObject({ operation: 'SQLBatch', cancelled });
  });

  it('refuses a message within a message', () => {
    const talk = open(late).client(packet(1, HEADERS + wide('SELECT'), { status: 0 }) + rpc('p'));
    talk.close();
    expect(talk.stats.parseErrorReasons).toEqual({ 'tds: a message within a message': 1 });
  });
});

describe('tds with holes', () => {
  const late = { fromStart: false } as const;
  const next = (talk: Conversation) => talk.client(batch('SELECT n FROM t')).server(answer(rows(1, 2) + done(0x10, 2)));

  it('says nothing of an answer whose middle is missing, and reads the next', () => {
    const long = packets(4, rows(...new Array(2000).keys()) + done(0x10, 2000), 4088);
    for (const at of [100, 4000, 5000, 8000]) {
      const talk = open().client(batch('SELECT n FROM many')).server(long.slice(0, at));
      talk.miss(false, 2000).server(long.slice(at + 2000));
      const seen = next(talk).close();
      expect(line(seen.pop()!), `from ${at} on`).toBe('SELECT t > OK');
      for (const { response, status } of seen) {
        expect([status, (response as { rows?: number } | null)?.rows], `from ${at} on`).toEqual([null, undefined]);
      }
    }
  });

  it('says that an answer failed where its end says so, though its middle is missing', () => {
    const long = packet(4, rows(...new Array(600).keys()) + done(2));
    const talk = open().client(batch('SELECT n FROM many')).server(long.slice(0, 500));
    talk.miss(false, 1000).server(long.slice(1500));
    expect(talk.close()[0]).toMatchObject({ status: 'ERROR', response: { truncated: true } });
  });

  it('has the beginning of a statement whose end was not captured', () => {
    const text = batch(`SELECT * FROM orders WHERE a IN (${'1, '.repeat(300)}1)`);
    const seen = next(open(late).client(text, 400).server(answer(done()))).close();
    expect(seen.map(line)).toEqual(['SELECT orders > OK', 'SELECT t > OK']);
    expect(seen.map(({ request }) => request.truncated)).toEqual([true, undefined]);
  });

  it('never gives an answer to another question', () => {
    const talk = open(late).client(batch('SELECT 1 FROM first'));
    talk.miss(false, 500);
    const seen = next(talk).close();
    expect(seen.filter(({ response }) => response !== null).map(line)).toEqual(['SELECT t > OK']);
  });

  it('reads on behind a hole in what the client said', () => {
    const talk = open().client(batch('SELECT 1 FROM first')).server(answer(done()));
    talk.miss(true, 777).server(answer(done()));
    const seen = next(next(talk)).close();
    expect(line(seen.at(-1)!)).toBe('SELECT t > OK');
    expect(talk.stats.parseErrors).toEqual({});
  });

  it('begins in the middle of a connection with the next question, not with the rest of an answer', () => {
    const talk = open({ ...late, pinned: false, role: null }).server(rows(1, 2, 3).slice(9) + done(0x10, 3));
    expect(next(talk).close().map(line)).toEqual(['SELECT t > OK']);
  });
});
