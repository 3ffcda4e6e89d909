import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { detect } from './detect.js';
import { mongodb } from './index.js';
import { bson, command, compressed, i32, i64, message, oldReply, query, reply, text } from './wire.fixture.js';

const confirm = (source: Uint8Array, client: boolean, end = source.length) => {
  const bytes = Uint8Array.from(source);
  const input = { bytes, view: new DataView(bytes.buffer), start: 0, end, at: 0 };
  return detect.confirm!(input, client ? 'request' : 'response');
};

const REQUESTS: [string, Buffer][] = [
  ['OP_MSG', command(1, { ping: 1, $db: 'admin' })],
  ['OP_MSG that begins with a sequence', command(1, { insert: 'a' }, { before: { documents: [{}] } })],
  ['OP_MSG with a checksum', command(1, { ping: 1 }, { checksum: true })],
  ['OP_QUERY', query(1, 'admin.$cmd', { isMaster: 1 })],
  ['OP_INSERT', message('OP_INSERT', 1, 0, i32(0), text('a.b'), bson({ a: 1 }))],
  ['OP_UPDATE', message('OP_UPDATE', 1, 0, i32(0), text('a.b'), i32(0), bson({ a: 1 }), bson({}))],
  ['OP_DELETE', message('OP_DELETE', 1, 0, i32(0), text('a.b'), i32(0), bson({ a: 1 }))],
  ['OP_GET_MORE', message('OP_GET_MORE', 1, 0, i32(0), text('a.b'), i32(10), i64(4n))],
  ['OP_KILL_CURSORS', message('OP_KILL_CURSORS', 1, 0, i32(0), i32(2), i64(4n), i64(5n))],
  ['OP_COMMAND', message('OP_COMMAND', 1, 0, text('shop'), text('count'), bson({}), bson({}))],
  ['OP_COMPRESSED', compressed(1, 0, 2)],
];
const REPLIES: [string, Buffer][] = [
  ['OP_MSG', reply(2, 1, { ok: 1 })],
  ['OP_REPLY', oldReply(1, [{ ok: 1 }])],
  ['OP_REPLY without documents', oldReply(1, [], 1)],
  ['OP_COMMANDREPLY', message('OP_COMMANDREPLY', 2, 1, bson({ ok: 1 }), bson({}))],
  ['OP_COMPRESSED', compressed(2, 1, 1)],
];

describe('what MongoDB is recognised by', () => {
  it.each(REQUESTS)('knows a request: %s', (_, bytes) => {
    expect([confirm(bytes, true), confirm(bytes, false)]).toEqual(['yes', 'no']);
  });

  it.each(REPLIES)('knows a reply: %s', (_, bytes) => {
    expect([confirm(bytes, false), confirm(bytes, true)]).toEqual(['yes', 'no']);
  });

  it.each([...REQUESTS, ...REPLIES])('waits while it cannot tell: %s', (_, bytes) => {
    const client = bytes.readInt32LE(8) === 0;
    for (let end = 1; end < bytes.length; end++) expect(confirm(bytes, client, end), `${end} bytes`).not.toBe('no');
    expect(confirm(bytes, client, 15)).toBe('more');
  });

  const changed = (bytes: Buffer, at: number, value: number) => {
    const copy = Buffer.from(bytes);
    copy.writeInt32LE(value, at);
    return copy;
  };
  it.each([
    ['flags that nobody knows', changed(command(1, { ping: 1 }), 16, 0x10)],
    ['a section of a kind that is none', changed(command(1, { ping: 1 }), 20, 7)],
    ['a document longer than its message', changed(command(1, { ping: 1 }), 21, 500)],
    ['a type of an element that is none', changed(command(1, { ping: 1 }), 25, 0x6969_6955)],
    ['a namespace without a dot', query(1, 'admin', { isMaster: 1 })],
    ['a namespace with a line feed', query(1, 'ad\nmin.$cmd', { isMaster: 1 })],
    ['unknown flags of a query', query(1, 'a.b', {}, 0x4000)],
    ['cursors that do not fit', message('OP_KILL_CURSORS', 1, 0, i32(0), i32(3), i64(4n))],
    ['a compressor that is none', compressed(1, 0, 77)],
    ['a request that answers', command(1, { ping: 1 }).fill(1, 8, 9)],
  ])('refuses %s', (_, bytes) => {
    expect(confirm(bytes, true)).toBe('no');
  });

  it.each([
    ['documents in a negative number', changed(oldReply(1, [{}]), 32, -1)],
    ['flags of a reply that nobody knows', changed(oldReply(1, [{}]), 16, 0x100)],
    ['no documents in a body', changed(oldReply(1, [{}]), 32, 0)],
  ])('refuses %s', (_, bytes) => {
    expect(confirm(bytes, false)).toBe('no');
  });

  it.each([7, 27_017])('recognises a connection that is joined at any message, at port %i', (port) => {
    const remote = { address: '10.0.0.1', port };
    const open = () => new Conversation({ protocols: [mongodb], pinned: false, fromStart: false, role: null, remote });
    const asked = command(1, { ping: 1, $db: 'admin' });
    const next = command(3, { ping: 1, $db: 'admin' });
    expect(
      open()
        .client(asked)
        .server(reply(2, 1, { ok: 1 }))
        .close(),
    ).toHaveLength(1);
    expect(
      open()
        .server(reply(2, 1, { ok: 1 }))
        .client(next)
        .server(reply(4, 3, { ok: 1 }))
        .close(),
    ).toHaveLength(1);
  });
});
