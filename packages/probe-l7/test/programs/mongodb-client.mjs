/** Speaks to a MongoDB server with the driver of MongoDB: `node mongodb-client.mjs PORT`. */
import { MongoClient } from 'mongodb';

const [port] = process.argv.slice(2);
const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true&maxPoolSize=4`);
await client.connect();
const orders = client.db('shop').collection('orders');
await orders.insertMany(Array.from({ length: 100 }, (_, _id) => ({ _id, secret: 'hunter2', text: 'x'.repeat(2000) })));
await Promise.all(Array.from({ length: 200 }, (_, n) => orders.findOne({ _id: n % 100 })));
// 100 documents in batches of 10: one find, nine batches and an empty one.
await orders.find({}, { batchSize: 10 }).toArray();
await orders.updateMany({ _id: { $lt: 10 } }, { $set: { secret: 'swordfish' } });
for (let n = 0; n < 5; n++) await orders.insertOne({ _id: n }).catch(() => {});
for (let n = 0; n < 3; n++) {
  await client
    .db('shop')
    .command({ noSuchCommand: 1 })
    .catch(() => {});
}
await client.close();
