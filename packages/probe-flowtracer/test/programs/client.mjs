// Short-lived clients: a connection for each request, or a socket for each query.
//   client.mjs http|dns ADDRESS PORT COUNT PARALLEL PREFIX [SECONDS]
// With SECONDS, COUNT is the rate a second. Waits for a line on stdin, then prints `done OK FAILED`.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';

const [kind, address, port, count, parallel, prefix, seconds] = process.argv.slice(2);
let failed = 0;
let answered = 0;

function request(id) {
  const host = address.includes(':') ? `[${address}]` : address;
  return new Promise((resolve) => {
    const socket = connect(Number(port), address);
    let text = '';
    socket.setEncoding('latin1');
    socket.once('connect', () =>
      socket.write(`GET /${prefix}/${id} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
    );
    socket.on('data', (data) => {
      text += data;
    });
    socket.once('error', () => {});
    socket.once('close', () => {
      if (text.startsWith('HTTP/1.1 200')) answered++;
      else failed++;
      resolve();
    });
  });
}

function query(id) {
  const labels = [`q${id}`, prefix, 'test'].flatMap((label) => [label.length, ...Buffer.from(label)]);
  const message = Buffer.from([id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1]);
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    const end = (good) => {
      clearTimeout(timer);
      if (good) answered++;
      else failed++;
      socket.close(resolve);
    };
    const timer = setTimeout(() => end(false), 5000);
    socket.once('message', () => end(true));
    socket.send(message, Number(port), address);
  });
}

async function line(first, step) {
  for (let id = first; id < Number(count); id += step) await (kind === 'dns' ? query(id) : request(id));
}

/** Starts so many a second, whatever becomes of those before, but no more than `parallel` at once. */
async function pace() {
  const start = performance.now();
  const total = Number(count) * Number(seconds);
  let [id, running] = [0, 0];
  let wake = () => {};
  while (id < total) {
    const due = Math.min(total, ((performance.now() - start) / 1000) * Number(count));
    while (id < due && running < Number(parallel)) {
      running++;
      void (kind === 'dns' ? query(id++) : request(id++)).then(() => {
        running--;
        wake();
      });
    }
    await new Promise((resolve) => {
      wake = resolve;
      setTimeout(resolve, 1);
    });
  }
  while (running > 0) await new Promise((resolve) => (wake = resolve));
}

process.stdout.write('ready\n');
await once(process.stdin, 'data');
const start = performance.now();
if (seconds === undefined) {
  await Promise.all(Array.from({ length: Number(parallel) }, (_, first) => line(first, Number(parallel))));
} else {
  await pace();
}
process.stdout.write(`done ${answered} ${failed} ${Math.round(performance.now() - start)}\n`);
process.stdin.destroy();
