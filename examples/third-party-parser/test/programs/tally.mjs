// A Tally server and its client, over loopback: `node tally.mjs ROUNDS`. Prints what the client was answered, as JSON.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const [ADD, GET, VALUE, REFUSED] = [1, 2, 3, 4];
const rounds = Number(process.argv[2]);

const frame = (type, id, text) => Buffer.concat([Buffer.from([0x7a, type, id, text.length]), Buffer.from(text)]);

/** Calls back with each whole frame, however the bytes come. */
function frames(socket, onFrame) {
  let rest = Buffer.alloc(0);
  socket.on('data', (data) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= 4 && rest.length >= 4 + rest[3]) {
      const size = 4 + rest[3];
      onFrame(rest[1], rest[2], rest.toString('latin1', 4, size));
      rest = rest.subarray(size);
    }
  });
}

const counters = new Map();
const server = createServer((socket) => {
  let held = null;
  frames(socket, (type, id, name) => {
    if (type === ADD) counters.set(name, (counters.get(name) ?? 0) + 1);
    const value = counters.get(name);
    const answer = value === undefined ? frame(REFUSED, id, 'no such counter') : frame(VALUE, id, String(value));
    // Every second answer goes first: only the id tells whose it is.
    if (held === null) held = answer;
    else {
      socket.write(Buffer.concat([answer, held]));
      held = null;
    }
  });
});
await once(server.listen(0, '127.0.0.1'), 'listening');

const client = connect(server.address().port, '127.0.0.1').setNoDelay(true);
await once(client, 'connect');
const answered = { add: 0, get: 0, refused: 0 };
const asked = new Map();
let done = () => {};
frames(client, (type, id) => {
  answered[type === REFUSED ? 'refused' : asked.get(id)]++;
  asked.delete(id);
  if (asked.size === 0) done();
});
for (let round = 0; round < rounds; round++) {
  const ids = [0, 1, 2, 3].map((index) => (4 * round + index) % 256);
  const requests = [
    frame(ADD, ids[0], 'visits'),
    frame(GET, ids[1], 'visits'),
    frame(GET, ids[2], 'nobody'),
    frame(ADD, ids[3], 'orders'),
  ];
  ids.forEach((id, index) => {
    asked.set(id, index === 0 || index === 3 ? 'add' : 'get');
  });
  const whole = new Promise((resolve) => {
    done = resolve;
  });
  // In one write, or a request at a time.
  if (round % 2 === 0) client.write(Buffer.concat(requests));
  else for (const request of requests) client.write(request);
  await whole;
}
client.end();
await once(client, 'close');
server.close();
console.log(JSON.stringify(answered));
