import { BSON } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { ARRAYS, type BodyKind, BodyReader, type ElementVisitor, TOP } from './body-reader.js';
import { numberOf } from './bson.js';
import { bson, i32, text } from './wire.fixture.js';

/** Writes down what it sees; enters all that is called `in`, and `list` as an array. */
class Witness implements ElementVisitor {
  readonly seen: string[] = [];

  element(container: number, type: number, name: string, _: Uint8Array, view: DataView, at: number): number {
    this.seen.push(`${container} ${name} ${type} ${numberOf(view, type, at) ?? ''}`.trim());
    return name === 'in' ? TOP + 1 : name === 'list' ? ARRAYS : 0;
  }

  sequence(name: string): void {
    this.seen.push(`sequence ${name}`);
  }

  sequenced(): void {
    this.seen.push('document');
  }
}

function walk(body: Uint8Array, kind: BodyKind, size = body.length, trailer = 0) {
  const witness = new Witness();
  const reader = new BodyReader(witness);
  reader.start(kind, body.length, trailer);
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  let at = 0;
  for (let end = size; reader.left > 0; end = Math.min(body.length, end + size)) {
    if (at <= end) at += reader.read(body, view, at, end);
    if (end === body.length && at < end && reader.left > 0) break;
    if (end === body.length && at >= end) break;
  }
  return { seen: witness.seen, left: reader.left, malformed: reader.malformed };
}

const everything = {
  double: new BSON.Double(1.5),
  string: 'text',
  in: { a: 1, deeper: { b: 2 } },
  list: [1, 'two', { three: 3 }],
  binary: Buffer.from('bytes'),
  id: new BSON.ObjectId('0123456789abcdef01234567'),
  yes: true,
  when: new Date(0),
  nothing: null,
  pattern: /a.*b/i,
  code: new BSON.Code('return 1'),
  scoped: new BSON.Code('return x', { x: 1 }),
  symbol: new BSON.BSONSymbol('s'),
  int: 7,
  time: new BSON.Timestamp({ t: 1, i: 2 }),
  long: BSON.Long.fromNumber(2 ** 40),
  decimal: BSON.Decimal128.fromString('1.5'),
  min: new BSON.MinKey(),
  max: new BSON.MaxKey(),
  last: 1,
};

describe('the reader of bodies', () => {
  const whole = walk(bson(everything), 'document');

  it('steps from element to element over values of every type', () => {
    expect(whole).toMatchObject({ left: 0, malformed: false });
    expect(whole.seen.filter((line) => line.startsWith(`${TOP} `)).map((line) => line.split(' ')[1])).toEqual(
      Object.keys(everything),
    );
    expect(whole.seen).toContain(`${TOP} long 18 ${2 ** 40}`);
    expect(whole.seen).toContain(`${TOP} yes 8 1`);
  });

  it('enters what the visitor wants, and nothing else', () => {
    expect(whole.seen).toContain(`${TOP + 1} a 16 1`);
    expect(whole.seen.filter((line) => line.startsWith(`${ARRAYS} `))).toEqual([
      `${ARRAYS}  16 1`,
      `${ARRAYS}  2`,
      `${ARRAYS}  3`,
    ]);
    expect(whole.seen.some((line) => line.includes(' b '))).toBe(false);
  });

  it('sees the same in pieces of any size', () => {
    for (const size of [1, 2, 7, 50]) expect(walk(bson(everything), 'document', size), `${size} bytes`).toEqual(whole);
  });

  it('reads sections in any order, up to a checksum', () => {
    const content = Buffer.concat([text('documents'), bson({ a: 1 }), bson({ b: 2 })]);
    const sequence = Buffer.concat([Buffer.from([1]), i32(4 + content.length), content]);
    const body = Buffer.concat([sequence, Buffer.from([0]), bson({ insert: 'x', n: 1 }), sequence, Buffer.alloc(4, 9)]);
    for (const size of [1, 5, 1000]) {
      expect(walk(body, 'sections', size, 4)).toEqual({
        seen: [
          ...['sequence documents', 'document', 'document', `${TOP} insert 2`, `${TOP} n 16 1`],
          ...['sequence documents', 'document', 'document'],
        ],
        left: 0,
        malformed: false,
      });
    }
  });

  it.each([
    ['a document that ends too early', (b: Buffer) => b.writeUInt8(0, 4)],
    ['a document longer than the body', (b: Buffer) => b.writeInt32LE(9999, 0)],
    ['a type that does not exist', (b: Buffer) => b.writeUInt8(0x55, 4)],
    ['a text without end', (b: Buffer) => b.fill(0x61, 5)],
  ])('gives up, and says so, at %s', (_, damage) => {
    const body = bson({ a: 'x', b: 1 });
    damage(body);
    expect(walk(body, 'document')).toMatchObject({ malformed: true, left: 0 });
  });

  it('tells in which containers it stands', () => {
    const body = bson({ in: { list: [1, 2, 3] } });
    const reader = new BodyReader(new Witness());
    reader.start('document', body.length, 0);
    reader.read(body, new DataView(body.buffer, body.byteOffset, body.length), 0, 28);
    expect([reader.isIn(TOP), reader.isIn(TOP + 1), reader.isIn(ARRAYS)]).toEqual([true, true, true]);
    reader.read(body, new DataView(body.buffer, body.byteOffset, body.length), body.length - reader.left, body.length);
    expect([reader.isIn(TOP), reader.isIn(ARRAYS)]).toEqual([false, false]);
  });
});
