/** One request and its response for each protocol, as bytes: `{ protocol, transport, port, request, response }`. */
const text = (string) => Buffer.from(string, 'latin1');
const u16 = (value) => [value >> 8, value & 255];
const u32 = (value) => [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

/** A PostgreSQL message: type, length, payload. */
const pg = (type, payload) => Buffer.concat([text(type), Buffer.from(u32(payload.length + 4)), payload]);
const zero = (string) => text(`${string}\0`);

/** A MySQL packet: 3-byte length, sequence, payload. */
const my = (sequence, payload) => {
  const { length } = payload;
  return Buffer.concat([Buffer.from([length & 255, (length >> 8) & 255, length >> 16, sequence]), payload]);
};
const lenenc = (string) => Buffer.concat([Buffer.from([string.length]), text(string)]);
const column = (name) =>
  Buffer.concat([
    ...['def', 'shop', 'users', 'users', name, name].map(lenenc),
    Buffer.from([0x0c, 0x21, 0, 0, 4, 0, 0, 0xfd, 0, 0, 0, 0, 0]),
  ]);
const eof = Buffer.from([0xfe, 0, 0, 2, 0]);

/** A Kafka message: 4-byte length, payload. */
const kafka = (...parts) => {
  const payload = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from(u32(payload.length)), payload]);
};

const question = Buffer.concat([
  Buffer.from([3]),
  text('www'),
  Buffer.from([7]),
  text('example'),
  Buffer.from([3]),
  text('org'),
  Buffer.from([0, 0, 1, 0, 1]),
]);

export const samples = [
  {
    protocol: 'http1',
    transport: 'tcp',
    port: 80,
    request: text(
      'GET /users/17?full=1 HTTP/1.1\r\nHost: shop.example:8080\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\n\r\n',
    ),
    response: text(
      `HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Tue, 24 Nov 2026 08:00:00 GMT\r\nContent-Type: text/html\r\nContent-Length: 300\r\nConnection: keep-alive\r\n\r\n${'x'.repeat(300)}`,
    ),
  },
  {
    protocol: 'redis',
    transport: 'tcp',
    port: 6379,
    request: text('*2\r\n$3\r\nGET\r\n$16\r\nkey:000000012345\r\n'),
    response: text('$3\r\nxxx\r\n'),
  },
  {
    protocol: 'postgres',
    transport: 'tcp',
    port: 5432,
    request: pg('Q', zero("SELECT id, name FROM users WHERE id = 17 AND name = 'x'")),
    response: Buffer.concat([
      pg(
        'T',
        Buffer.concat([
          Buffer.from(u16(2)),
          ...['id', 'name'].map((name) => Buffer.concat([zero(name), Buffer.alloc(18)])),
        ]),
      ),
      pg(
        'D',
        Buffer.concat([Buffer.from(u16(2)), Buffer.from(u32(2)), text('17'), Buffer.from(u32(7)), text('user 17')]),
      ),
      pg('C', zero('SELECT 1')),
      pg('Z', text('I')),
    ]),
  },
  {
    protocol: 'mysql',
    transport: 'tcp',
    port: 3306,
    request: my(0, Buffer.concat([Buffer.from([3]), text("SELECT id, name FROM users WHERE id = 17 AND name = 'x'")])),
    response: Buffer.concat([
      my(1, Buffer.from([2])),
      my(2, column('id')),
      my(3, column('name')),
      my(4, eof),
      my(5, Buffer.concat([lenenc('17'), lenenc('user 17')])),
      my(6, eof),
    ]),
  },
  {
    protocol: 'dns',
    transport: 'udp',
    port: 53,
    request: Buffer.concat([Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), question]),
    response: Buffer.concat([
      Buffer.from([0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]),
      question,
      Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 93, 184, 216, 34]),
    ]),
  },
  {
    protocol: 'kafka',
    transport: 'tcp',
    port: 9092,
    // Produce, version 7, of a batch of three records, and its acknowledgement.
    request: kafka(
      ...[[0, 0, 0, 7, 0, 0, 0, 1, 0, 4], text('shop'), [0xff, 0xff, 0xff, 0xff, 0, 0, 3, 0xe8, 0, 0, 0, 1, 0, 6]],
      ...[text('orders'), [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 161, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 149, 0, 0, 0, 0, 2]],
      ...[Buffer.alloc(40), [0, 0, 0, 3], Buffer.alloc(100)],
    ),
    response: kafka(
      ...[[0, 0, 0, 1, 0, 0, 0, 1, 0, 6], text('orders'), [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]],
      ...[Buffer.alloc(8), Buffer.alloc(8, 255), Buffer.alloc(8), [0, 0, 0, 0]],
    ),
  },
  {
    protocol: 'memcached',
    transport: 'tcp',
    port: 11_211,
    request: text('gets key:000000012345\r\n'),
    response: text('VALUE key:000000012345 0 3 7\r\nxxx\r\nEND\r\n'),
  },
];
