/** Speaks to a ZooKeeper server with node-zookeeper-client: `node zookeeper-client.mjs PORT`. */
import zookeeper from 'node-zookeeper-client';

const [port] = process.argv.slice(2);
const { CreateMode, ACL } = zookeeper;
const client = zookeeper.createClient(`127.0.0.1:${port}`, { sessionTimeout: 30_000, retries: 0 });
const ask = (operation, ...values) =>
  new Promise((resolve) => client[operation](...values, (error, result) => resolve(error ?? result)));
const SECRET = Buffer.from('swordfish');

const connected = new Promise((resolve) => client.once('connected', resolve));
client.connect();
await connected;
client.addAuthInfo('digest', Buffer.from('bob:hunter2'));

await ask('create', '/shop', SECRET);
const told = [];
const watch = (event) => told.push(event);
await ask('getData', '/shop', watch);
await ask('getChildren', '/shop', watch);
for (let n = 0; n < 50; n++) await ask('create', `/shop/n${n}`, SECRET, ACL.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
for (let round = 0; round < 10; round++) {
  await Promise.all(Array.from({ length: 10 }, (_, n) => ask('getData', `/shop/n${n}`)));
}
for (let n = 0; n < 7; n++) await ask('getData', '/none');
for (let n = 0; n < 5; n++) await ask('setData', '/shop', SECRET, 99);
await ask('setData', '/shop', Buffer.alloc(200_000, 'swordfish'));
await ask('getData', '/shop');
await ask('remove', '/shop');
await ask('create', '/shop');
const commit = (transaction) => new Promise((resolve) => transaction.commit(resolve));
await commit(client.transaction().create('/shop/a').setData('/shop/a', SECRET).remove('/shop/a'));
await commit(client.transaction().check('/shop').remove('/none'));
const closed = new Promise((resolve) => client.once('disconnected', resolve));
client.close();
await closed;
if (told.length !== 2) throw new Error(`${told.length} events`);
