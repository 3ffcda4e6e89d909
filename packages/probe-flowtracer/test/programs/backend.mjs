// A backend of a Service: HTTP on port 8080, DNS on UDP port 5353, both families. Prints what it was asked, one line each.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';

const [name] = process.argv.slice(2);
let lines = [];

function log(line) {
  lines.push(line);
}

function write() {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
  lines = [];
}
setInterval(write, 20);

const http = createServer((request, response) => {
  const { remoteAddress, remotePort } = request.socket;
  log(`http ${request.url} ${remoteAddress.replace('::ffff:', '')} ${remotePort}`);
  response.end(name);
});
http.listen({ port: 8080, host: '::', backlog: 4096 });

const dns = createSocket('udp6');
dns.on('message', (query, { address, port }) => {
  let at = 12;
  const labels = [];
  while (query[at] !== 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]));
    at += 1 + query[at];
  }
  log(`dns ${labels.join('.')} ${address.replace('::ffff:', '')} ${port}`);
  const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]);
  const response = Buffer.concat([query.subarray(0, at + 5), answer]);
  response.writeUInt16BE(0x8180, 2);
  response.writeUInt16BE(1, 6);
  response.writeUInt16BE(0, 8);
  response.writeUInt16BE(0, 10);
  dns.send(response, port, address);
});
dns.bind(5353, '::', () => process.stdout.write('ready\n'));

process.on('SIGTERM', () => {
  write();
  process.exit(0);
});
