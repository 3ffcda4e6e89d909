/** Speaks NATS, core and JetStream, with the nats client of npm: `node nats-client.mjs PORT`. */
import { AckPolicy, connect, Empty, headers, StringCodec } from 'nats';

const [port] = process.argv.slice(2);
const text = StringCodec();
const SECRET = text.encode('swordfish');
const connection = await connect({ servers: `127.0.0.1:${port}`, name: 'shop', user: 'me', pass: 'hunter2' });

// A service that answers, in a queue group; every fifth answer has headers.
let asked = 0;
connection.subscribe('shop.price', {
  queue: 'prices',
  callback: (_error, message) => {
    const answer = headers();
    answer.set('kind', 'price');
    message.respond(SECRET, asked++ % 5 === 0 ? { headers: answer } : undefined);
  },
});
await connection.flush();
for (let n = 0; n < 20; n++) await connection.request('shop.price', SECRET, { timeout: 20_000 });
for (let n = 0; n < 3; n++) {
  await connection.request('shop.nobody', SECRET, { timeout: 20_000 }).then(
    () => {
      throw new Error('somebody answered');
    },
    () => {},
  );
}

// Publications and deliveries, one of them larger than what is captured.
const events = connection.subscribe('events.*', { max: 31 });
const trace = headers();
trace.set('traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
for (let n = 0; n < 30; n++) connection.publish(`events.${n % 3}`, SECRET, n === 7 ? { headers: trace } : undefined);
connection.publish('events.large', Buffer.alloc(200_000, 'swordfish'));
for await (const _ of events);

// JetStream: a stream, publications that are acknowledged, a consumer that pulls.
const manager = await connection.jetstreamManager();
await manager.streams.add({ name: 'ORDERS', subjects: ['orders.>'] });
const stream = connection.jetstream();
for (let n = 0; n < 25; n++) await stream.publish('orders.new', SECRET);
await manager.consumers.add('ORDERS', { durable_name: 'billing', ack_policy: AckPolicy.Explicit });
const consumer = await stream.consumers.get('ORDERS', 'billing');
const messages = await consumer.fetch({ max_messages: 25, expires: 20_000 });
for await (const message of messages) await message.ackAck();
await manager.streams.delete('ORDERS');
connection.publish('events.end', Empty);
// What it counted itself.
const { inMsgs, outMsgs } = connection.stats();
process.stdout.write(JSON.stringify({ received: inMsgs, sent: outMsgs }));
await connection.drain();
