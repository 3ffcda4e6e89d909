/** Speaks WebSocket with the package ws: `node websocket-client.mjs PORT ROUNDS`. */
import { once } from 'node:events';
import WebSocket from 'ws';

const [port, rounds] = process.argv.slice(2);
const SECRET = 'swordfish';
const open = async (path) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
  await once(socket, 'open');
  return socket;
};
/** Sends a message and waits for its echo. */
async function say(socket, data, options) {
  const echo = once(socket, 'message');
  socket.send(data, options);
  await echo;
}

const chat = await open('/chat');
for (let n = 0; n < Number(rounds); n++) {
  await say(chat, SECRET);
  await say(chat, Buffer.from(SECRET));
}
// Lengths of two and of eight bytes, and a message in three frames.
await say(chat, SECRET.repeat(100));
await say(chat, Buffer.alloc(100_000, SECRET));
const whole = once(chat, 'message');
chat.send(SECRET, { fin: false });
chat.send(SECRET, { fin: false });
chat.send(SECRET, { fin: true });
await whole;
const pong = once(chat, 'pong');
chat.ping();
await pong;
chat.close(1000, 'done');
await once(chat, 'close');

// A server that ends it with a failure.
const other = await open('/other');
other.send('leave');
await once(other, 'close');
