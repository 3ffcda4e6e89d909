/**
 * One request and its response for each protocol, as bytes: `{ protocol, transport, port, request, response }`. With an
 * `opening`, each connection begins with that; `renumber(bytes, n)` makes the bytes those of its n-th exchange after it.
 */
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

/** A Kafka message, or one of ZooKeeper: 4-byte length, payload. */
const kafka = (...parts) => {
  const payload = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from(u32(payload.length)), payload]);
};

/** A string of Hessian, shorter than 256 characters. */
const hessian = (string) =>
  Buffer.concat([Buffer.from(string.length < 32 ? [string.length] : [0x30, string.length]), text(string)]);
/** A Dubbo message: magic, flags, status, id 17, length, body. */
const dubbo = (flags, status, ...parts) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([0xda, 0xbb, flags, status, ...u32(0), ...u32(17), ...u32(body.length)]), body]);
};

/** A RocketMQ frame with a header in JSON: two lengths, header, body. */
const rocketmq = (header, body = '') => {
  const json = text(JSON.stringify(header));
  return Buffer.concat([Buffer.from([...u32(4 + json.length + body.length), ...u32(json.length)]), json, text(body)]);
};

/** A frame of AMQP on channel 1: type, channel, length, payload, end. */
const amqp = (type, payload) =>
  Buffer.concat([Buffer.from([type, 0, 1, ...u32(payload.length)]), Buffer.from(payload), Buffer.from([0xce])]);

/** A frame of HTTP/2: length, type, flags, stream, payload. */
const h2 = (type, flags, stream, payload) =>
  Buffer.concat([
    Buffer.from([payload.length >> 16, (payload.length >> 8) & 255, payload.length & 255, type, flags]),
    Buffer.from(u32(stream)),
    payload,
  ]);
/** A TDS message of one packet. */
const tds = (type, ...parts) => {
  const payload = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([type, 1, ...u16(payload.length + 8), 0, 0, 1, 0]), payload]);
};
const hex = (digits) => Buffer.from(digits.replaceAll(' ', ''), 'hex');
/** `/users/17?full=1`, and a date: in Huffman code, and never indexed, as most servers and clients send them. */
const h2path = hex('04 8c62d416c430177fc96da28803');
const h2date = hex('0f12 96df697e94134a693f75040138a01eb8005c0014c5a37f');
/** Gives the frames of a message the stream id 2n + 3. */
const renumber = (bytes, n) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = 0; at < bytes.length; at += 9 + (view.getUint32(at) >>> 8)) view.setUint32(at + 5, 2 * n + 3);
};
const PREFACE = text('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const settings = h2(4, 0, 0, Buffer.alloc(0));

const question = Buffer.concat([
  Buffer.from([3]),
  text('www'),
  Buffer.from([7]),
  text('example'),
  Buffer.from([3]),
  text('org'),
  Buffer.from([0, 0, 1, 0, 1]),
]);

/** A record of FastCGI: version, type, request 1, content. */
const fcgi = (type, content = '') => {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([1, type, 0, 1, ...u16(bytes.length), 0, 0]), bytes]);
};
/** What nginx tells of a request in `fastcgi_params`. */
const fcgiParams = Buffer.concat(
  Object.entries({
    QUERY_STRING: 'full=1',
    REQUEST_METHOD: 'GET',
    CONTENT_TYPE: '',
    CONTENT_LENGTH: '',
    SCRIPT_NAME: '/users/17',
    REQUEST_URI: '/users/17?full=1',
    DOCUMENT_URI: '/users/17',
    DOCUMENT_ROOT: '/srv/www',
    SERVER_PROTOCOL: 'HTTP/1.1',
    REQUEST_SCHEME: 'http',
    GATEWAY_INTERFACE: 'CGI/1.1',
    SERVER_SOFTWARE: 'nginx/1.22.1',
    REMOTE_ADDR: '127.0.0.1',
    REMOTE_PORT: '49152',
    SERVER_ADDR: '127.0.0.1',
    SERVER_PORT: '80',
    SERVER_NAME: '_',
    REDIRECT_STATUS: '200',
    SCRIPT_FILENAME: '/srv/www/index.php',
    HTTP_HOST: 'shop.example:8080',
    HTTP_USER_AGENT: 'bench/1.0',
    HTTP_ACCEPT: '*/*',
  }).map(([name, value]) => Buffer.concat([Buffer.from([name.length, value.length]), text(name + value)])),
);

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
    protocol: 'http2',
    transport: 'tcp',
    port: 80,
    // The first exchange fills the header tables; the others refer to them.
    opening: {
      request: Buffer.concat([
        PREFACE,
        settings,
        h2(
          1,
          5,
          1,
          Buffer.concat([hex('8286 41'), lenenc('shop.example:8080'), hex('7a'), lenenc('bench/1.0'), h2path]),
        ),
      ]),
      response: Buffer.concat([
        settings,
        h2(1, 5, 1, Buffer.concat([hex('88 5f'), lenenc('text/html'), hex('76'), lenenc('nginx/1.22.1')])),
      ]),
    },
    renumber,
    request: h2(1, 5, 3, Buffer.concat([hex('8286 bf be'), h2path])),
    response: Buffer.concat([
      h2(1, 4, 3, Buffer.concat([hex('88 bf be 0f0d'), lenenc('300'), h2date])),
      h2(0, 1, 3, Buffer.alloc(300, 0x78)),
    ]),
  },
  {
    protocol: 'grpc',
    detected: 'http2',
    transport: 'tcp',
    port: 50051,
    opening: {
      request: Buffer.concat([
        PREFACE,
        settings,
        h2(
          1,
          4,
          1,
          Buffer.concat([
            ...[hex('8386 44'), lenenc('/shop.Cart/Add'), hex('41'), lenenc('shop:50051'), hex('5f')],
            ...[lenenc('application/grpc'), hex('7a'), lenenc('grpc-node-js/1.14.7'), hex('40'), lenenc('te')],
            lenenc('trailers'),
          ]),
        ),
        h2(0, 1, 1, Buffer.from([0, 0, 0, 0, 0])),
      ]),
      response: Buffer.concat([
        settings,
        h2(
          1,
          4,
          1,
          Buffer.concat([hex('88 5f'), lenenc('application/grpc'), hex('40'), lenenc('grpc-status'), lenenc('0')]),
        ),
        h2(0, 0, 1, Buffer.from([0, 0, 0, 0, 0])),
        h2(1, 5, 1, hex('be')),
      ]),
    },
    renumber,
    request: Buffer.concat([
      h2(1, 4, 3, hex('83 86 c2 c1 c0 bf be')),
      h2(0, 1, 3, Buffer.from([0, 0, 0, 0, 3, 1, 2, 3])),
    ]),
    response: Buffer.concat([
      h2(1, 4, 3, hex('88 bf')),
      h2(0, 0, 3, Buffer.from([0, 0, 0, 0, 3, 1, 2, 3])),
      h2(1, 5, 3, hex('be')),
    ]),
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
  {
    protocol: 'nats',
    transport: 'tcp',
    port: 4222,
    opening: {
      request: text('CONNECT {"protocol":1,"version":"2.29.3","lang":"nats.js","verbose":false}\r\nPING\r\n'),
      response: text('INFO {"server_id":"NAMM55YFCD2B","version":"2.9.10","max_payload":1048576} \r\nPONG\r\n'),
    },
    // A request of nats.js and what a service answers.
    request: text('PUB shop.price _INBOX.4MUK1VTJ3PXQW1TVDHTK5X.4MUK1VTJ3PXQW1TVDHTK7P 9\r\nswordfish\r\n'),
    response: text('MSG _INBOX.4MUK1VTJ3PXQW1TVDHTK5X.4MUK1VTJ3PXQW1TVDHTK7P 1 9\r\nswordfish\r\n'),
  },
  {
    protocol: 'mqtt',
    transport: 'tcp',
    port: 1883,
    // MQTT 3.1.1: a CONNECT that is let in, then publications with QoS 1 and their acknowledgements.
    opening: {
      request: Buffer.concat([
        Buffer.from([0x10, 18, 0, 4]),
        text('MQTT'),
        Buffer.from([4, 2, 0, 60, 0, 6]),
        text('writer'),
      ]),
      response: Buffer.from([0x20, 2, 0, 0]),
    },
    request: Buffer.concat([
      Buffer.from([0x32, 2 + 11 + 2 + 100, 0, 11]),
      text('shop/orders'),
      Buffer.from([0, 7]),
      Buffer.alloc(100, 0x78),
    ]),
    response: Buffer.from([0x40, 2, 0, 7]),
  },
  {
    protocol: 'dubbo',
    transport: 'tcp',
    port: 20_880,
    // A call of Dubbo 2.7 with two arguments and its attachments, and the value that it returns.
    request: dubbo(
      0xc2,
      0,
      ...['2.0.2', 'org.example.shop.CartService', '1.2.0', 'add', 'Ljava/lang/String;I', 'apple'].map(hessian),
      ...[Buffer.from([0x90]), text('H')],
      ...['path', 'org.example.shop.CartService', 'remote.application', 'shop-consumer'].map(hessian),
      ...['interface', 'org.example.shop.CartService', 'version', '1.2.0', 'group', 'blue'].map(hessian),
      text('Z'),
    ),
    response: dubbo(2, 20, Buffer.from([0x94, 0x91]), text('H'), ...['dubbo', '2.0.2'].map(hessian), text('Z')),
  },
  {
    protocol: 'rocketmq',
    transport: 'tcp',
    port: 10_911,
    // SEND_MESSAGE_V2 of the Java client 5.3, and its acknowledgement.
    request: rocketmq(
      {
        code: 310,
        extFields: {
          ...{ a: 'shop-producers', b: 'orders', c: 'TBW102', d: '4', e: '1', f: '0', g: '1795523208544', h: '0' },
          i: 'KEYS\u0001key-0\u0002UNIQ_KEY\u0001FD0000000000000000000000000000027938330946D9791DF5F60000\u0002WAIT\u0001true\u0002TAGS\u0001blue\u0002',
          ...{ j: '0', k: 'false', m: 'false', n: 'broker-a' },
        },
        ...{ flag: 0, language: 'JAVA', opaque: 17, serializeTypeCurrentRPC: 'JSON', version: 479 },
      },
      'message 0',
    ),
    response: rocketmq({
      code: 0,
      extFields: {
        ...{ queueId: '1', transactionId: 'FD0000000000000000000000000000027938330946D9791DF5F60000' },
        ...{
          msgId: '7F00000100008DA10000000000000000',
          MSG_REGION: 'DefaultRegion',
          TRACE_ON: 'true',
          queueOffset: '0',
        },
      },
      ...{ flag: 1, language: 'JAVA', opaque: 17, serializeTypeCurrentRPC: 'JSON', version: 479 },
    }),
  },
  {
    protocol: 'mongodb',
    transport: 'tcp',
    port: 27_017,
    // An aggregate of one document, as the driver for Node.js asks it.
    request: hex(
      'b20000000b00000000000000dd07000000000000009d0000000261676772656761746500070000006f72646572730004706970656c696e650039' +
        '0000000330001900000003246d61746368000c000000106e00030000000000033100150000000224636f756e740004000000616c6c000000' +
        '03637572736f72000500000000036c736964001e000000056964001000000004da26530fddfd461e83a19f56bf91581a0002246462000500' +
        '000073686f700000',
    ),
    response: hex(
      '750000000a0000000b000000dd07000000000000006000000003637572736f720047000000046669727374426174636800160000000330000e00' +
        '000010616c6c00010000000000126964000000000000000000026e73000c00000073686f702e6f72646572730000016f6b00000000000000' +
        'f03f00',
    ),
  },
  {
    protocol: 'cassandra',
    transport: 'tcp',
    port: 9042,
    // A statement is prepared, then executed; its answer is a row.
    opening: {
      request: hex(
        '04000001090000002b0000002753454c454354202a2046524f4d2073686f70342e6f7264657273205748455245206964203d203f',
      ),
      response: hex(
        '8400000108000000790000000400104dae5c6accdf271c90f048603ffc72f80000000100000001000000010000000573686f703400066f7264' +
          '6572730002696400090000000100000004000573686f703400066f726465727300026964000900016d0021000d00310002000900' +
          '0d0006736563726574000d0004746167730020000d',
      ),
    },
    request: hex(
      '040000010a0000002b00104dae5c6accdf271c90f048603ffc72f8000a25000100000004000000030000138800066104b9c62148',
    ),
    response: hex(
      '840000010800000071000000020000000100000004000573686f703400066f726465727300026964000900016d0021000d003100020009000d00' +
        '06736563726574000d0004746167730020000d000000010000000400000003ffffffff0000000768756e746572320000000e000000020000' +
        '0001610000000162',
    ),
  },
  {
    protocol: 'thrift',
    transport: 'tcp',
    port: 9090,
    // add(0, 2) and its result, framed, in the binary protocol.
    request: hex('0000001e800100010000000361646400000002080001000000000800020000000200'),
    response: hex('000000178001000200000003616464000000020800000000000200'),
  },
  {
    protocol: 'fastcgi',
    transport: 'tcp',
    port: 9000,
    request: Buffer.concat([fcgi(1, Buffer.from([0, 1, 1, 0, 0, 0, 0, 0])), fcgi(4, fcgiParams), fcgi(4), fcgi(5)]),
    response: Buffer.concat([
      fcgi(6, `X-Powered-By: PHP/8.2.36\r\nContent-type: text/html; charset=UTF-8\r\n\r\n${'x'.repeat(300)}`),
      fcgi(3, Buffer.alloc(8)),
    ]),
  },
  {
    protocol: 'amqp',
    transport: 'tcp',
    port: 5672,
    // A publication to an exchange, and its confirm, which counts.
    opening: {
      request: Buffer.concat([text('AMQP\0\0\x09\x01'), amqp(1, [0, 85, 0, 10, 0])]),
      response: amqp(1, [0, 85, 0, 11]),
    },
    renumber(bytes, n) {
      if (bytes[10] === 80) new DataView(bytes.buffer, bytes.byteOffset).setUint32(15, n + 1);
    },
    request: Buffer.concat([
      amqp(1, [0, 60, 0, 40, 0, 0, ...lenenc('orders'), ...lenenc('order.created'), 0]),
      amqp(2, [0, 60, 0, 0, ...u32(0), ...u32(300), 0x90, 0, ...lenenc('application/json'), 2]),
      amqp(3, Buffer.alloc(300, 0x78)),
    ]),
    response: amqp(1, [0, 60, 0, 80, ...u32(0), ...u32(1), 0]),
  },
  {
    protocol: 'zookeeper',
    transport: 'tcp',
    port: 2181,
    // getData of a node with a path of 24 bytes and 300 bytes of data.
    request: kafka(u32(1), u32(4), u32(24), text('/brokers/topics/orders/0'), [0]),
    response: kafka(u32(1), u32(0), u32(77), u32(0), u32(300), Buffer.alloc(300, 0x78), Buffer.alloc(68)),
  },
  {
    protocol: 'tds',
    transport: 'tcp',
    port: 1433,
    // A batch behind its headers; a column of int, a row, DONE with a count.
    request: tds(
      1,
      hex('16000000 12000000 0200 0000000000000000 01000000'),
      Buffer.from("SELECT id FROM users WHERE name = 'x'", 'utf16le'),
    ),
    response: tds(4, hex('81 0100 00000000 0900 26 04 02 69006400 d1 04 11000000 fd 1000 c100 0100000000000000')),
  },
  {
    protocol: 'clickhouse',
    transport: 'tcp',
    port: 9000,
    opening: {
      request: Buffer.concat([
        hex('00'),
        lenenc('ClickHouse bench'),
        hex('1801 8ca903'),
        lenenc('shop'),
        lenenc('app'),
        hex('00'),
      ]),
      response: Buffer.concat([
        hex('00'),
        lenenc('ClickHouse'),
        hex('1803 8ca903'),
        lenenc('UTC'),
        lenenc('a'),
        hex('05'),
      ]),
    },
    // A query without settings, and the block that ends its tables; two blocks, progress, a profile, and the end.
    request: Buffer.concat([
      ...[hex('01 00 01 00 00'), lenenc('0.0.0.0:0'), hex('01'), lenenc('root'), lenenc('vm'), lenenc('bench')],
      ...[hex('1801 8ca903 00 02 00 02 00'), lenenc("SELECT id, name FROM users WHERE id = 17 AND name = 'x'")],
      hex('02 00 0100 02ffffffff 00 00 00'),
    ]),
    response: Buffer.concat([
      ...[hex('01 00 0100 02ffffffff 00 02 00'), lenenc('id'), lenenc('UInt64'), lenenc('name'), lenenc('String')],
      ...[hex('01 00 0100 02ffffffff 00 02 01'), lenenc('id'), lenenc('UInt64'), hex('1100000000000000')],
      ...[lenenc('name'), lenenc('String'), lenenc('user 17'), hex('03 01 10 01'), hex('06 01 01 10 00 00 01')],
      hex('01 00 0100 02ffffffff 00 00 00 05'),
    ]),
  },
];
