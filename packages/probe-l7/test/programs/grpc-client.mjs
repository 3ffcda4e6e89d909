/**
 * Calls the methods of grpc-server.py with grpc-js, with bytes for messages: `node grpc-client.mjs PORT ROUNDS`. With `join`
 * after that it first uses the connection, says so, and goes on when it is told to.
 */
import { once } from 'node:events';
import { Client, credentials } from '@grpc/grpc-js';

const [port, rounds, join] = process.argv.slice(2);
const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
const same = (bytes) => bytes;
const path = (method) => `/shop.Cart/${method}`;

const settled = (resolve, reject) => (error, value) => (error === null ? resolve(value) : reject(error));
const unary = (method, item) =>
  new Promise((resolve, reject) => client.makeUnaryRequest(path(method), same, same, item, settled(resolve, reject)));
const statusOf = (method) =>
  unary(method, Buffer.alloc(1)).then(
    () => 0,
    (error) => error.code,
  );

async function list(count) {
  const call = client.makeServerStreamRequest(path('List'), same, same, Buffer.of(count));
  let messages = 0;
  for await (const _ of call) messages++;
  if (messages !== count) throw new Error(`${messages} messages`);
}

const total = (count) =>
  new Promise((resolve, reject) => {
    const call = client.makeClientStreamRequest(path('Total'), same, same, settled(resolve, reject));
    for (let i = 0; i < count; i++) call.write(Buffer.alloc(100));
    call.end();
  });

/** Sends one message after the other, each when the one before came back. */
async function chat(count) {
  const call = client.makeBidiStreamRequest(path('Chat'), same, same);
  const ended = once(call, 'end');
  let left = count;
  const next = () => (left-- > 0 ? call.write(Buffer.alloc(10)) : call.end());
  call.on('data', next);
  next();
  await ended;
}

if (join) {
  for (let n = 0; n < 10; n++) await unary('Add', Buffer.from('before'));
  process.stdout.write('joined\n');
  await once(process.stdin, 'data');
  for (let n = 0; n < Number(rounds); n++) await unary('Add', Buffer.from('after'));
  process.stdin.destroy();
} else {
  for (let n = 0; n < Number(rounds); n++) {
    await Promise.all([unary('Add', Buffer.from('apple')), list(3), total(4), chat(2)]);
    const statuses = [await statusOf('Fail'), await statusOf('Missing')];
    if (String(statuses) !== '5,12') throw new Error(`statuses ${statuses}`);
  }
}
client.close();
