/** Speaks to a Cassandra node with DataStax' driver for Node.js, in version 4: `node cassandra-client.mjs PORT`. */
import cassandra from 'cassandra-driver';

const { AddressTranslator } = cassandra.policies.addressResolution;
const [port] = process.argv.slice(2);

class SameNode extends AddressTranslator {
  translate(_address, _port, callback) {
    callback(`127.0.0.1:${port}`);
  }
}

const client = new cassandra.Client({
  contactPoints: [`127.0.0.1:${port}`],
  localDataCenter: 'datacenter1',
  protocolOptions: { port: Number(port) },
  policies: { addressResolution: new SameNode() },
  pooling: { coreConnectionsPerHost: { 0: 2 }, warmup: true },
  isMetadataSyncEnabled: false,
});
const ask = (statement, values, options) => client.execute(statement, values, options).catch((error) => error);

await client.connect();
await ask("CREATE KEYSPACE shop WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
await ask('CREATE TABLE shop.orders (id int PRIMARY KEY, secret text)');
const insert = 'INSERT INTO shop.orders (id, secret) VALUES (?, ?)';
for (let id = 0; id < 100; id++) await ask(insert, [id, 'hunter2'], { prepare: true });
const select = 'SELECT * FROM shop.orders WHERE id = ?';
await ask(select, [0], { prepare: true });
for (let round = 0; round < 10; round++) {
  await Promise.all(Array.from({ length: 20 }, (_, n) => ask(select, [n], { prepare: true })));
}
await ask('SELECT * FROM shop.orders', [], { fetchSize: 1000 });
for (let n = 0; n < 5; n++) await ask("SELECT * FROM shop.nothing WHERE secret = 'hunter2'");
for (let n = 0; n < 3; n++) await ask('SELEKT 1');
const change = { query: insert, params: [7, 'swordfish'] };
for (let n = 0; n < 10; n++) await client.batch([change, change, change], { prepare: true });
await client.shutdown();
