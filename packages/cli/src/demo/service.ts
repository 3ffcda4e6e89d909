/**
 * What `sonde demo` observes: a small HTTP service with a client that keeps it busy, in one process. It tells its parent
 * when it is ready, and ends with it.
 */
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';

const CONCURRENCY = 4;
const PAUSE_MS = 10;
const PATHS = ['/', '/users/17', '/users/4711', '/orders/42/items', '/search?q=sonde', '/slow', '/broken'];

const server = createServer((request, response) => {
  const answer = (status: number, text: string) => response.writeHead(status).end(text);
  if (request.url === '/broken') answer(500, 'broken');
  else if (request.url === '/slow') setTimeout(() => answer(200, 'at last'), 20 + Math.random() * 60);
  else setTimeout(() => answer(request.url?.startsWith('/search') ? 404 : 200, 'hello'), Math.random() * 4);
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.once('message', () => {
    const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
    for (let client = 0; client < CONCURRENCY; client++) visit(port, agent, client);
  });
  process.send?.({ port });
});
process.on('disconnect', () => process.exit(0));

function visit(port: number, agent: Agent, turn: number): void {
  const path = PATHS[turn % PATHS.length] as string;
  const next = () => setTimeout(visit, PAUSE_MS, port, agent, turn + 1);
  get({ host: '127.0.0.1', port, path, agent }, (response) => response.resume().on('end', next)).on('error', next);
}
