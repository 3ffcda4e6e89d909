/**
 * A server that speaks TDS 7.4 with answers written by hand, since no SQL Server can be had: what it says is by the
 * specification, and client libraries have to understand it. Prints its port, and ends with its input.
 */
import { createServer } from 'node:net';

const u16 = (value) => [value & 255, (value >> 8) & 255];
const u32 = (value) => [...u16(value & 0xffff), ...u16(value >>> 16)];
const u64 = (value) => [...u32(value), 0, 0, 0, 0];
const ucs2 = (text) => [...Buffer.from(text, 'utf16le')];
const short = (text) => [text.length, ...ucs2(text)];
const long = (text) => [...u16(text.length), ...ucs2(text)];
const sized = (code, body) => [code, ...u16(body.length), ...body];
const COLLATION = [9, 4, 0xd0, 0, 0x34];
const MORE = 1;
const ERROR = 2;
const COUNT = 0x10;
const ATTENTION = 0x20;
const [INSERT, SELECT, EXECUTE] = [0xc3, 0xc1, 0xe0];

/** DONE (0xfd), DONEPROC (0xfe), DONEINPROC (0xff). */
const done = (flags = 0, command = SELECT, count = 0, code = 0xfd) => [
  code,
  ...u16(flags),
  ...u16(command),
  ...u64(count),
];
const problem = (number, text, severity = 16, code = 0xaa) =>
  sized(code, [...u32(number), 1, severity, ...long(text), ...short('test'), 0, ...u32(1)]);
const environment = (type, value, before) => sized(0xe3, [type, ...short(value), ...short(before)]);

/** Columns by name: type information, and how a value is written. */
const INT = { type: [0x26, 4], value: (n) => (n === null ? [0] : [4, ...u32(n)]) };
const NAME = {
  type: [0xe7, ...u16(200), ...COLLATION],
  value: (text) => (text === null ? u16(0xffff) : [...u16(text.length * 2), ...ucs2(text)]),
};
const MAX = {
  type: [0xe7, ...u16(0xffff), ...COLLATION],
  value: (text) => [
    ...u64(text.length * 2),
    ...(text === '' ? [] : [...u32(text.length * 2), ...ucs2(text)]),
    ...u32(0),
  ],
};
const BIT = { type: [0x32], value: (b) => [b ? 1 : 0] };
const DATE = { type: [0x2a, 7], value: () => [8, 0, 0, 0, 0, 0, 0x10, 0x48, 0x0b] };
const MONEY = { type: [0x6a, 9, 18, 2], value: (n) => [9, 1, ...u64(n * 100)] };
const TEXT = {
  type: [0x63, ...u32(1 << 30), ...COLLATION],
  table: [1, ...long('orders')],
  value: (text) => [16, ...new Array(16).fill(7), ...new Array(8).fill(8), ...u32(text.length * 2), ...ucs2(text)],
};
const columns = (named) => [
  0x81,
  ...u16(named.length),
  ...named.flatMap(([name, { type, table = [] }]) => [...u32(0), ...u16(9), ...type, ...table, ...short(name)]),
];
const row = (named, values) => [0xd1, ...named.flatMap(([, { value }], index) => value(values[index]))];
const rowWithNulls = (named, values) => {
  const bits = new Array((named.length + 7) >> 3).fill(0);
  for (const [index, value] of values.entries()) if (value === null) bits[index >> 3] |= 1 << (index & 7);
  return [
    0xd2,
    ...bits,
    ...named.flatMap(([, { value }], index) => (values[index] === null ? [] : value(values[index]))),
  ];
};

const ORDERS = Object.entries({ id: INT, name: NAME, note: MAX, open: BIT, at: DATE, price: MONEY, remark: TEXT });
const ROWS = [
  [1, 'first', 'n'.repeat(700), true, 0, 17, 'remark'],
  [2, 'second', '', false, 0, 3, 'other'],
];
const orders = [...columns(ORDERS), ...ROWS.flatMap((values) => row(ORDERS, values))];
const number = (handle) => [
  0xac,
  ...u16(0),
  ...short('@handle'),
  1,
  ...u32(0),
  ...u16(0),
  ...INT.type,
  ...INT.value(handle),
];
const SMALL = Object.entries({ id: INT, name: NAME });

/** Answers by what the statement says. */
function batch(sql) {
  if (sql.includes('FROM orders')) return [...orders, ...done(COUNT, SELECT, 2)];
  if (sql.includes('FROM sparse')) {
    return [
      ...columns(SMALL),
      ...rowWithNulls(SMALL, [null, 'x']),
      ...rowWithNulls(SMALL, [4, null]),
      ...done(COUNT, SELECT, 2),
    ];
  }
  if (sql.includes('FROM many')) {
    const rows = Array.from({ length: 300 }, (_, id) => row(SMALL, [id, `name of ${id}`]));
    return [...columns(SMALL), ...rows.flat(), ...done(COUNT, SELECT, 300)];
  }
  if (sql.includes('nowhere')) return [...problem(208, "Invalid object name 'nowhere'."), ...done(ERROR)];
  if (sql.startsWith('INSERT')) return done(COUNT, INSERT, 3);
  if (sql.startsWith('USE'))
    return [...environment(1, 'shop', 'master'), ...problem(5701, 'Changed database.', 0, 0xab), ...done()];
  if (sql.startsWith('WAITFOR')) return null;
  return done();
}

/** Answers to procedures: by number, or by name. */
function call(body) {
  const at = 22; // behind the headers
  const length = body.readUInt16LE(at);
  const id = length === 0xffff ? body.readUInt16LE(at + 2) : 0;
  const text = body.toString('utf16le', at);
  const end = [0x79, ...u32(0), ...done(0, EXECUTE, 0, 0xfe)];
  if (id === 10) {
    if (text.includes('nowhere'))
      return [...problem(208, "Invalid object name 'nowhere'."), ...done(MORE | ERROR, SELECT, 0, 0xff), ...end];
    if (text.includes('INSERT')) return [...done(MORE | COUNT, INSERT, 1, 0xff), ...end];
    return [...orders, ...done(MORE | COUNT, SELECT, 2, 0xff), ...end];
  }
  if (id === 11 || id === 13) return [...done(MORE, SELECT, 0, 0xff), ...number(7), ...end];
  if (id === 12) return [...columns(SMALL), ...row(SMALL, [5, 'five']), ...done(MORE | COUNT, SELECT, 1, 0xff), ...end];
  if (text.slice(1).startsWith('orders_of')) {
    return [
      ...columns(SMALL),
      ...row(SMALL, [5, 'five']),
      ...done(MORE | COUNT, SELECT, 1, 0xff),
      0x79,
      ...u32(4),
      ...done(0, EXECUTE, 0, 0xfe),
    ];
  }
  return end;
}

function login(body) {
  const at = body.readUInt16LE(40);
  const user = body.toString('utf16le', at, at + 2 * body.readUInt16LE(42));
  if (user === 'wrong') return [...problem(18456, "Login failed for user 'wrong'.", 14), ...done(ERROR)];
  const version = [0x74, 0, 0, 4];
  return [
    ...environment(1, 'master', 'master'),
    ...environment(4, '4096', '4096'),
    ...sized(0xad, [1, ...version, ...short('Microsoft SQL Server'), 16, 0, 3, 232]),
    ...done(),
  ];
}

// Version 16.0, and no encryption to be had.
const PRELOGIN = [0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 3, 232, 0, 0, 2];

function answer(type, body) {
  switch (type) {
    case 18:
      return PRELOGIN;
    case 16:
      return login(body);
    case 1:
      return batch(body.toString('utf16le', 22));
    case 3:
      return call(body);
    case 6:
      return done(ATTENTION);
    case 14: {
      const begins = body.readUInt16LE(22) === 5;
      const change = begins ? [8, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0] : [9, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8];
      return [...sized(0xe3, change), ...done(0, begins ? 0xd4 : 0xd5)];
    }
    default:
      return done();
  }
}

/** Cuts an answer into packets. */
function packets(payload, size = 4096 - 8) {
  const all = [];
  for (let at = 0, id = 1; at < payload.length || at === 0; at += size, id++) {
    const part = payload.slice(at, at + size);
    const header = [
      4,
      at + size >= payload.length ? 1 : 0,
      (part.length + 8) >> 8,
      (part.length + 8) & 255,
      0,
      51,
      id & 255,
      0,
    ];
    all.push(Buffer.from([...header, ...part]));
  }
  return Buffer.concat(all);
}

const server = createServer((socket) => {
  let unread = Buffer.alloc(0);
  let body = Buffer.alloc(0);
  socket.on('data', (data) => {
    unread = Buffer.concat([unread, data]);
    while (unread.length >= 8 && unread.length >= unread.readUInt16BE(2)) {
      const size = unread.readUInt16BE(2);
      const [type, status] = unread;
      body = Buffer.concat([body, unread.subarray(8, size)]);
      unread = unread.subarray(size);
      if ((status & 1) === 0) continue;
      const said = answer(type, body);
      body = Buffer.alloc(0);
      if (said !== null) socket.write(packets(said));
    }
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
