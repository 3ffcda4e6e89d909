/**
 * Asks the Calculator by npm's thrift: `thrift-client.mjs GENERATED PORT TRANSPORT PROTOCOL ROUNDS [SERVICE…]`, with
 * NODE_PATH set. Asks everything ROUNDS times and prints what it got, as JSON.
 */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [generated, port, transport, protocol, rounds, ...services] = process.argv.slice(2);
const require = createRequire(join(generated, 'client.cjs'));
const thrift = require('thrift');
const Calculator = require('./Calculator.js');

const transports = { buffered: thrift.TBufferedTransport, framed: thrift.TFramedTransport };
const protocols = { binary: thrift.TBinaryProtocol, compact: thrift.TCompactProtocol };
const settings = { transport: transports[transport], protocol: protocols[protocol] };
const connection = thrift.createConnection('127.0.0.1', Number(port), settings);
await once(connection, 'connect');
const multiplexer = new thrift.Multiplexer();
const clients =
  services.length > 0
    ? services.map((service) => multiplexer.createClient(service, Calculator, connection))
    : [thrift.createClient(Calculator, connection)];

const counts = {};
const count = (outcome) => {
  counts[outcome] = (counts[outcome] ?? 0) + 1;
};
const expect = async (what, call) => {
  try {
    await call;
    count(`${what} result`);
  } catch (error) {
    count(`${what} ${error.name ?? error}`);
  }
};
for (let round = 0; round < Number(rounds); round++) {
  for (const client of clients) {
    await expect('ping', client.ping());
    await expect('add', client.add(round, 2));
    await expect('divide', client.divide(7, round % 2));
    await expect('items', client.items(round * 7));
    await expect('echo', client.echo('x'.repeat(round * 1500)));
    await expect('missing', client.missing());
    await expect('broken', client.broken());
    client.note(`note ${round}`);
    // Several calls under way at once.
    await Promise.all([1, 2, 3, 4].map((right) => expect('add', client.add(round, right))));
  }
}
console.log(JSON.stringify(counts));
connection.end();
