import type { Detection, Input, Verdict } from '@sonde/core';
import { Cursor } from './cursor.js';
import { readException } from './exception.js';
import { LONGEST_HELLO, readClientHello } from './hello.js';
import { Client, Server } from './packets.js';
import { dateQuery } from './query-packet.js';
import { NEWEST } from './revisions.js';

const PORTS = [9000];
const cursor = new Cursor();
const KEEP = { enabled: false, sql: same, url: same, value: same, header: (_name: string, value: string) => value };

/** Rules for chunks that begin with a Hello, a query, an exception or a block. */
export const detect: Detection = {
  rules: [
    // Hello of a client that calls itself ClickHouse something, as the official client and many libraries do.
    {
      direction: 'request',
      match: [
        { offset: 0, bytes: [Client.hello] },
        { offset: 2, bytes: 'CLICKHOUSE', mask: new Array<number>(10).fill(0xdf) },
      ],
      minimum: 20,
    },
    { direction: 'request', match: [{ offset: 0, bytes: [Client.hello] }], ports: PORTS, minimum: 12 },
    // A query whose id is a UUID.
    {
      direction: 'request',
      match: [
        { offset: 0, bytes: [Client.query, 36] },
        { offset: 10, bytes: '-' },
        { offset: 15, bytes: '-' },
        { offset: 20, bytes: '-' },
      ],
    },
    // A first query without an id.
    { direction: 'request', match: [{ offset: 0, bytes: [Client.query, 0, 1] }], ports: PORTS, minimum: 20 },
    {
      direction: 'response',
      match: [{ offset: 0, bytes: [Server.hello, 10, 0x43, 0x6c, 0x69, 0x63, 0x6b, 0x48, 0x6f, 0x75, 0x73, 0x65] }],
    },
    {
      direction: 'response',
      match: [
        { offset: 0, bytes: [Server.exception] },
        { offset: 5, bytes: [13] },
        { offset: 6, bytes: 'DB::Exception' },
      ],
    },
    {
      direction: 'response',
      match: [{ offset: 0, bytes: [Server.data, 0, 1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0] }],
      minimum: 12,
    },
  ],
  confirm(input, direction) {
    cursor.from(input);
    const type = cursor.byte();
    if (direction === 'request') return type === Client.hello ? hello(input) : query(input);
    if (type === Server.exception) return exception();
    return type === Server.hello ? serverHello() : block();
  },
};

function hello({ start, end }: Input): Verdict {
  const found = readClientHello(cursor);
  if (found !== null) return 'yes';
  return cursor.overrun && end - start < LONGEST_HELLO ? 'more' : 'no';
}

function query({ start, end }: Input): Verdict {
  if (dateQuery(cursor) !== null) return 'yes';
  return end - start < 256 ? 'more' : 'no';
}

function exception(): Verdict {
  if (readException(cursor, KEEP) !== null) return 'yes';
  return cursor.overrun ? 'more' : 'no';
}

function serverHello(): Verdict {
  cursor.skipString();
  const major = cursor.varint();
  cursor.varint();
  const revision = cursor.varint();
  if (cursor.overrun) return 'more';
  return major <= 100 && revision >= 50_000 && revision < NEWEST ? 'yes' : 'no';
}

/** Few columns, and a name that is text behind them; a block without columns has nothing more to show. */
function block(): Verdict {
  cursor.skip(9);
  const columns = cursor.varint();
  const rows = cursor.varint();
  if (cursor.overrun) return 'more';
  if (columns === 0) return rows === 0 ? 'yes' : 'no';
  return columns < 10_000 ? 'yes' : 'no';
}

function same(text: string): string {
  return text;
}
