/** Serves HTTP/2 in clear text; prints its port, and at the first line of input asks itself 60 times over one connection. */
import { once } from 'node:events';
import { connect, createServer } from 'node:http2';

const GRPC = { ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' };

const server = createServer().on('stream', (stream, headers) => {
  stream.resume();
  if (headers['content-type'] !== 'application/grpc') {
    stream.respond({ ':status': headers[':path'] === '/none' ? 404 : 200 });
    stream.end('hello');
    return;
  }
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '7' }));
  stream.end(Buffer.alloc(5));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();
console.log(port);
await once(process.stdin, 'data');

const session = connect(`http://127.0.0.1:${port}`);
const ask = async (headers, body) => {
  const stream = session.request(headers);
  stream.end(body);
  await once(stream.resume(), 'end');
};
for (let i = 0; i < 20; i++) {
  const call = ask({ ...GRPC, ':path': '/shop.Cart/Add' }, Buffer.alloc(5));
  await Promise.all([ask({ ':path': '/' }), ask({ ':path': '/none' }), call]);
}
await new Promise((closed) => session.close(closed));
server.close();
process.stdin.destroy();
