import { describe, expect, it } from 'vitest';
import { dateQuery, readQueryHead } from './query-packet.js';
import { QUERY_LAYOUTS } from './revisions.js';
import { cursor, END, query, string, u64, varint } from './wire.fixture.js';

const SQL = 'SELECT * FROM orders';
const REVISIONS = [
  54_412, 54_429, 54_441, 54_442, 54_448, 54_449, 54_453, 54_459, 54_472, 54_475, 54_476, 54_485, 54_491,
];
const head = (text: string, revision: number) => readQueryHead(cursor(text.slice(1)), revision);

describe('a query', () => {
  it.each(REVISIONS)('of revision %d is read up to its statement', (revision) => {
    const all = cursor(query(SQL, revision, { id: 'q-1', compressed: true }).slice(1));
    expect(readQueryHead(all, revision)).toEqual({
      ...{ queryId: 'q-1', secondary: false, compressed: true, traceparent: null },
      ...{ clientRevision: revision, length: SQL.length },
    });
    expect(Buffer.from(all.bytes.subarray(all.at, all.at + SQL.length)).toString()).toBe(SQL);
  });

  it.each(REVISIONS)('of revision %d is none until its statement begins', (revision) => {
    const text = query(SQL, revision);
    const size = text.indexOf(SQL);
    for (const cut of [1, 10, 40, size >> 1, size - 1]) {
      const all = cursor(text.slice(1, cut));
      expect([readQueryHead(all, revision), all.overrun], `${cut} bytes`).toEqual([null, true]);
    }
  });

  it.each(REVISIONS)('of revision %d shows which it is', (revision) => {
    const dated = dateQuery(cursor((query(SQL, revision) + END).slice(1)));
    expect(dated!.head.length).toBe(SQL.length);
    expect(dated!.oldest).toBeLessThanOrEqual(revision);
    expect(dated!.revision).toBe(revision);
    const layout = QUERY_LAYOUTS.find((each) => each <= revision)!;
    expect(dated!.oldest).toBe(layout);
  });

  it('has the trace of who asked', () => {
    const reversed = (digits: string) => Buffer.from(digits, 'hex').reverse().toString('latin1');
    const trace = `\x01${reversed('0af7651916cd43dd')}${reversed('8448eb211c80319c')}${reversed('b7ad6b7169203331')}\0\x01`;
    const text = query(SQL, 54_442).replace(
      `${varint(2)}\0${string('max_threads')}`,
      `${varint(2)}${trace}${string('max_threads')}`,
    );
    expect(head(text, 54_442)?.traceparent).toBe('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
  });

  it('may come over HTTP, or from another server', () => {
    const http = `\x02${string('app')}${string('')}${string('[::1]:1')}\x02\x01${string('curl')}${string('quota')}`;
    const text = `\x01${string('q')}${http}\0\x02\0${string(SQL)}`;
    expect(head(text, 54_412)).toMatchObject({ secondary: true, clientRevision: null, length: SQL.length });
  });

  it('may name nobody', () => {
    expect(head(`\x01${string('')}\0\0\x02\0${string(SQL)}`, 54_412)).toMatchObject({ clientRevision: null });
  });

  it.each([
    ['a kind that there is not', `\x01\0\x07${'\0'.repeat(40)}`],
    ['an interface that there is not', `\x01\0\x01\0\0\0\x63${'\0'.repeat(40)}`],
    ['a stage that there is not', `\x01\0\0\0\x63\0${string(SQL)}`],
    ['a compression that there is not', `\x01\0\0\0\x02\x07${string(SQL)}`],
    ['a statement of a terabyte', `\x01\0\0\0\x02\0${varint(2 ** 40)}`],
    ['a client of a revision that is none', query(SQL, 54_412).replace(varint(54_412), varint(99_999))],
  ])('is none with %s', (_what, text) => expect(head(text, 54_412)).toBeNull());

  it.each([
    ['bytes', `\x01${'\x80\x91'.repeat(60)}`],
    ['a statement that is none', query('\x01\x02\x03\x04', 54_412)],
    ['something that follows no query', `${query(SQL, 54_412)}\x63\x63`],
    ['times', `\x01${u64(1_700_000_000)}`],
  ])('is not found out from %s', (_what, text) => expect(dateQuery(cursor(text.slice(1)))).toBeNull());
});
