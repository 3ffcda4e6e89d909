/** Speaks AMQP to a broker with amqplib: `node amqp-client.mjs PORT`. */
import amqp from 'amqplib';

const [port] = process.argv.slice(2);
const open = (user) => amqp.connect(`amqp://${user}@127.0.0.1:${port}/`);
const SECRET = Buffer.from('swordfish');

await open('guest:hunter2').catch(() => {});
const connection = await open('guest:guest');

const work = await connection.createChannel();
await work.assertExchange('orders', 'topic', { durable: false });
await work.assertQueue('billing', { durable: false });
await work.bindQueue('billing', 'orders', 'order.#');
await work.prefetch(10);
const delivered = new Promise((resolve) => {
  let seen = 0;
  work.consume('billing', (message) => {
    seen++;
    if (seen % 10 === 0) work.nack(message, false, false);
    else work.ack(message);
    if (seen === 50) resolve(message.fields.consumerTag);
  });
});
for (let n = 0; n < 50; n++) work.publish('orders', `order.${n % 3}`, SECRET, { messageId: `m${n}` });
await work.cancel(await delivered);

const sure = await connection.createConfirmChannel();
for (let round = 0; round < 20; round++) {
  for (let n = 0; n < 5; n++) sure.publish('', 'billing', SECRET);
  await sure.waitForConfirms();
}
// A body of 25 frames, and one that no queue takes.
sure.publish('', 'billing', Buffer.alloc(100_000, 'swordfish'));
await sure.waitForConfirms();
sure.publish('', 'nowhere', SECRET, { mandatory: true });
await sure.waitForConfirms();
for (let n = 0; n < 102; n++) await work.get('billing', { noAck: true });

const bad = await connection.createChannel();
bad.on('error', () => {});
await bad.checkQueue('missing').catch(() => {});
await work.deleteQueue('billing');
await work.deleteExchange('orders');
await connection.close();
