/** Speaks MQTT with the mqtt client of npm: `node mqtt-client.mjs PORT VERSION`, where the version is 4 (3.1.1) or 5. */
import mqtt from 'mqtt';

const [port, version] = process.argv.slice(2);
const SECRET = 'swordfish';
const ROUNDS = 20;
const options = { protocolVersion: Number(version), keepalive: 0, reconnectPeriod: 0 };
const open = (clientId, more) => mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { ...options, clientId, ...more });

const refused = await open('stranger', { username: 'me', password: 'hunter2' }).then(
  () => false,
  () => true,
);
if (!refused) throw new Error('the stranger got in');

// Both ends use packet ids from 1 on, and the subscriber publishes as well.
const reader = await open('reader');
const writer = await open('writer');
let seen = 0;
let more = () => {};
reader.on('message', () => {
  seen++;
  more();
});
/** Waits until the reader has got so many messages. */
async function received(count) {
  while (seen < count) {
    await new Promise((resolve) => {
      more = resolve;
    });
  }
}
await reader.subscribeAsync(['shop/0', 'shop/1'], { qos: 1 });
await reader.subscribeAsync('shop/#', { qos: 2 });
await reader.unsubscribeAsync(['shop/0', 'shop/1']);
const properties =
  version === '5' ? { userProperties: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } } : {};
for (let n = 0; n < ROUNDS; n++) {
  for (const qos of [0, 1, 2]) {
    await writer.publishAsync(`shop/${qos}`, SECRET, { qos, properties });
    await reader.publishAsync(`elsewhere/${qos}`, SECRET, { qos });
  }
}
await writer.publishAsync('shop/large', Buffer.alloc(200_000, SECRET), { qos: 1, retain: true });
// Of what is read at once with the end of a large message nothing is seen.
await received(3 * ROUNDS + 1);
await writer.publishAsync('shop/large', '', { qos: 0, retain: true });
await received(3 * ROUNDS + 2);
await Promise.all([reader.endAsync(), writer.endAsync()]);
