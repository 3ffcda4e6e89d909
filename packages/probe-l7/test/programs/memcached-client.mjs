/** Speaks memcached's text and meta protocols over a plain socket: `node memcached-client.mjs PORT`. */

import { once } from 'node:events';
import { connect } from 'node:net';

const [port] = process.argv.slice(2);
const socket = connect(Number(port), '127.0.0.1').setNoDelay();
await once(socket, 'connect');
let received = '';
let more = () => {};
socket.on('data', (data) => {
  received += data.toString('latin1');
  more();
});

/** Sends commands and waits until what came back is what `expected` says. */
async function say(commands, expected) {
  socket.write(commands);
  while (received.length < expected.length) await new Promise((resolve) => (more = resolve));
  if (received !== expected) throw new Error(`${JSON.stringify(received)} is not ${JSON.stringify(expected)}`);
  received = '';
}

const SECRET = 'swordfish';
const LARGE = SECRET.repeat(10_000);
for (let n = 0; n < 20; n++) {
  await say(`set user:${n} 5 0 9\r\n${SECRET}\r\n`, 'STORED\r\n');
  await say(`get user:${n}\r\n`, `VALUE user:${n} 5 9\r\n${SECRET}\r\nEND\r\n`);
  await say(`get none:${n}\r\n`, 'END\r\n');
  await say(`add user:${n} 0 0 1\r\nx\r\n`, 'NOT_STORED\r\n');
}
await say('gat 60 user:1\r\n', `VALUE user:1 5 9\r\n${SECRET}\r\nEND\r\n`);
await say(
  'get user:0 none user:1\r\n',
  [0, 1]
    .map((n) => `VALUE user:${n} 5 9\r\n${SECRET}\r\n`)
    .join('')
    .concat('END\r\n'),
);
await say(`append user:0 0 0 1\r\n!\r\n`, 'STORED\r\n');
await say(`replace none 0 0 1\r\n!\r\n`, 'NOT_STORED\r\n');
await say(`cas user:0 0 0 1 1\r\nx\r\n`, 'EXISTS\r\n');
await say(`cas none 0 0 1 1\r\nx\r\n`, 'NOT_FOUND\r\n');
await say('set count 0 0 1\r\n7\r\n', 'STORED\r\n');
await say('incr count 35\r\n', '42\r\n');
await say('decr count 2\r\n', '40\r\n');
await say('incr none 1\r\n', 'NOT_FOUND\r\n');
await say('incr user:1 1\r\n', 'CLIENT_ERROR cannot increment or decrement non-numeric value\r\n');
await say('touch count 100\r\n', 'TOUCHED\r\n');
await say('delete count\r\n', 'DELETED\r\n');
await say('delete count\r\n', 'NOT_FOUND\r\n');
await say('nonsense\r\n', 'ERROR\r\n');
await say('version\r\n', 'VERSION 1.6.18\r\n'.replace('1.6.18', process.argv[3]));
// A value of many packets, and a batch in one write.
await say(`set large 0 0 ${LARGE.length}\r\n${LARGE}\r\n`, 'STORED\r\n');
await say('get large\r\n', `VALUE large 0 ${LARGE.length}\r\n${LARGE}\r\nEND\r\n`);
await say(
  'get user:2\r\ndelete user:2\r\nget user:2\r\n',
  `VALUE user:2 5 9\r\n${SECRET}\r\nEND\r\nDELETED\r\nEND\r\n`,
);
// Fifty values, which the server writes with one vector of a hundred pieces.
const fifty = Array.from({ length: 50 }, (_, n) => `user:${3 + (n % 10)}`);
await say(`get ${fifty.join(' ')}\r\n`, `${fifty.map((key) => `VALUE ${key} 5 9\r\n${SECRET}\r\n`).join('')}END\r\n`);
await say(`set quiet 0 0 1 noreply\r\nx\r\ndelete quiet noreply\r\nget quiet\r\n`, 'END\r\n');
// Meta commands, loud and quiet.
for (let n = 0; n < 10; n++) {
  await say(`ms meta:${n} 9 T60\r\n${SECRET}\r\n`, 'HD\r\n');
  await say(`mg meta:${n} v\r\n`, `VA 9\r\n${SECRET}\r\n`);
  await say(`mg none:${n} v\r\n`, 'EN\r\n');
}
await say('mg meta:1\r\n', 'HD\r\n');
await say('mg meta:1 k s\r\n', 'HD kmeta:1 s9\r\n');
await say(`ms meta:1 1 ME\r\nx\r\n`, 'NS\r\n');
await say(`ms count 1\r\n7\r\n`, 'HD\r\n');
await say('ma count v\r\n', 'VA 1\r\n8\r\n');
await say('md count\r\n', 'HD\r\n');
await say('md count\r\n', 'NF\r\n');
await say(
  'mg meta:2 v q\r\nmg none v q\r\nmg meta:3 v q\r\nmn\r\n',
  `VA 9\r\n${SECRET}\r\nVA 9\r\n${SECRET}\r\nMN\r\n`,
);
const ended = once(socket, 'close');
socket.write('quit\r\n');
await ended;
