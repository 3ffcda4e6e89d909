/** Speaks Kafka with kafkajs: `node kafka-client.mjs PORT TOPIC GROUP`. */
import kafkajs from 'kafkajs';

const [port, topic, group] = process.argv.slice(2);
const { Kafka, logLevel } = kafkajs;
const SECRET = 'swordfish';
const kafka = new Kafka({ clientId: 'shop', brokers: [`127.0.0.1:${port}`], logLevel: logLevel.NOTHING });

const admin = kafka.admin();
await admin.connect();
await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] });
// What is there already is refused, which this client takes for the answer "no".
if (await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] })) throw new Error('created twice');

const producer = kafka.producer();
await producer.connect();
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
for (let n = 0; n < 100; n++) {
  const headers = n === 0 ? { traceparent } : {};
  await producer.send({ topic, messages: [{ value: `${SECRET} ${n}`, headers }, { value: SECRET }] });
}
await producer.send({ topic, acks: 0, messages: [{ value: SECRET }] });

const consumer = kafka.consumer({ groupId: group });
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
await new Promise((resolve) => {
  let count = 0;
  void consumer.run({ eachMessage: async () => void (++count === 201 && resolve()) });
});
await consumer.commitOffsets([{ topic, partition: 0, offset: '201' }]);
await consumer.disconnect();
await admin.fetchOffsets({ groupId: group, topics: [topic] });
await admin.describeGroups([group]);
await admin.deleteGroups([group]);
await admin.deleteTopics({ topics: [topic] });
await producer.disconnect();
await admin.disconnect();
