/** The observed program: an HTTP server and a client on one keep-alive connection. Each message
 * `{ count, through }` makes so many requests, through another port if one is given. */
import http from 'node:http';

let asked = 0;
const server = http.createServer((request, response) => {
  asked++;
  response.writeHead(request.url.endsWith('/7') ? 500 : 200).end(request.url);
});

function get(agent, port, path) {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path, agent }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    request.on('error', reject);
  });
}

process.on('message', async ({ count, through = server.address().port }) => {
  asked = 0;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; i < count; i++) await get(agent, through, `/path/${i}`);
  agent.destroy();
  process.send({ asked });
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
