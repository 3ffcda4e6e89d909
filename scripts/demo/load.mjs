/** A gentle, steady load with some errors in it. Environment: PORT, RATE (requests per second). */
import http from 'node:http';

const port = Number(process.env.PORT);
const rate = Number(process.env.RATE ?? 200);
const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
let sent = 0;

function send(method, path, body) {
  const request = http.request({
    host: '127.0.0.1',
    port,
    method,
    path,
    agent,
    headers: body ? { 'content-type': 'application/json' } : {},
  });
  request.on('response', (response) => response.resume());
  request.on('error', () => {});
  request.end(body);
}

function next() {
  sent++;
  const user = 1 + Math.floor(Math.random() * 120);
  if (sent % 50 === 0) send('GET', '/report');
  else if (sent % 20 === 0) send('POST', '/users', JSON.stringify({ name: 'new', email: email(user) }));
  else if (sent % 33 === 0) send('GET', '/missing');
  else if (sent % 5 === 0) send('GET', '/');
  else send('GET', `/users/${user}`);
}

/** One in three is taken already. */
function email(user) {
  return sent % 60 === 0 ? `user${1 + (user % 100)}@example.org` : `new${sent}@example.org`;
}

const begin = Date.now();
setInterval(() => {
  const due = Math.floor(((Date.now() - begin) / 1000) * rate);
  while (sent < due) next();
}, 5);
console.log('sending');
process.once('SIGTERM', () => process.exit(0));
