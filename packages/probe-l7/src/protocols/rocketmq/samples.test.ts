import { describe, expect, it } from 'vitest';
import { Conversation, readSample, summary } from '../conversation.fixture.js';
import { rocketmq } from './index.js';

const play = (name: string, size?: number) => {
  const script = readSample(new URL(`./samples/${name}.jsonl`, import.meta.url));
  const talk = new Conversation({ protocols: [rocketmq], pinned: false }).play(script, size);
  return { exchanges: talk.close(), stats: talk.stats };
};
const count = (name: string) => {
  const counts: Record<string, number> = {};
  for (const { name: what, status, error } of play(name).exchanges) {
    const key = `${what} ${status} ${error}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};
const NAMES = [
  ...['producer', 'puller', 'consumer', 'routes', 'binary-producer', 'binary-puller', 'binary-consumer'],
  ...['pop', 'producer49'],
];

describe('rocketmq on conversations of the Java client with servers 5.3.3, headers in JSON and in binary', () => {
  it.each(['', 'binary-'])('follows messages into the broker (%sproducer)', (form) => {
    const { exchanges } = play(`${form}producer`);
    const sent = exchanges.filter((e) => e.request.operation === 'SEND_MESSAGE_V2');
    const serialization = form === '' ? 'json' : 'rocketmq';
    expect(sent.filter((e) => e.request.kind === 'oneway')).toHaveLength(2);
    expect(sent[0]).toMatchObject({
      name: 'SEND_MESSAGE_V2 orders',
      status: 0,
      error: null,
      request: {
        resource: 'orders',
        group: 'shop-producers',
        keys: 'key-0',
        tag: 'blue',
        bodyBytes: 9,
        language: 'JAVA',
        serialization,
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
      response: { codeName: 'SUCCESS', offset: 0 },
    });
    expect(sent[0]!.request).toHaveProperty('messageId', expect.stringMatching(/^[0-9A-F]{50,60}$/));
    expect(sent[0]!.response).toHaveProperty('messageId', expect.stringMatching(/^7F000001[0-9A-F]{24}$/));
    const [batch] = exchanges.filter((e) => e.request.operation === 'SEND_BATCH_MESSAGE');
    expect(batch).toMatchObject({ request: { messages: 2, resource: 'orders' }, status: 0 });
    const ends = exchanges.filter((e) => e.request.operation === 'END_TRANSACTION');
    expect(ends.map((e) => [e.request.kind, e.request.resource])).toEqual(Array(2).fill(['oneway', 'orders']));
  });

  it.each(['', 'binary-'])('follows messages out of the broker (%spuller)', (form) => {
    const pulls = play(`${form}puller`).exchanges.filter((e) => e.request.operation === 'PULL_MESSAGE');
    const counts = pulls.map((e) => (e.response as { messages?: number }).messages ?? 0);
    // Two sent, two asynchronously, two one-way, a batch of two, one of a transaction, in two queues.
    expect(counts.filter((messages) => messages > 0).reduce((sum, messages) => sum + messages, 0)).toBe(9);
    expect(pulls.map((e) => [e.status, e.error])).toEqual([
      [0, null],
      [19, null],
      [0, null],
      [19, null],
      [17, 'TOPIC_NOT_EXIST'],
    ]);
    expect(pulls[0]).toMatchObject({
      request: { topic: 'orders', group: 'shop-pullers', offset: 0, maxMessages: 32 },
      response: {
        messageId: expect.stringMatching(/^[0-9A-F]{50,60}$/),
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    });
  });

  it.each(['', 'binary-'])('follows a group of consumers (%sconsumer)', (form) => {
    const seen = count(`${form}consumer`);
    expect(seen).toMatchObject({
      'NOTIFY_CONSUMER_IDS_CHANGED null null': 1,
      'PULL_MESSAGE orders 0 null': 2,
      'UPDATE_CONSUMER_OFFSET orders null null': 2,
      'GET_CONSUMER_LIST_BY_GROUP 0 null': 2,
    });
    const { exchanges } = play(`${form}consumer`);
    expect(exchanges.find((e) => e.request.operation === 'HEART_BEAT')!.request).toMatchObject({
      resource: null,
      clientId: expect.stringMatching(/@\d+#\d+$/),
    });
  });

  it('follows messages that are popped, acknowledged one by one, and hidden for longer (pop)', () => {
    const [popped, acknowledged, hidden, notified, nothing] = play('pop').exchanges;
    expect(popped).toMatchObject({
      name: 'POP_MESSAGE orders',
      request: { maxMessages: 8 },
      response: { messages: 4 },
    });
    expect(popped!.attributes).toMatchObject({ 'messaging.operation.type': 'receive' });
    expect(acknowledged).toMatchObject({ name: 'ACK_MESSAGE orders', status: 0, request: { offset: 0, queueId: 0 } });
    expect(acknowledged!.attributes).toMatchObject({ 'messaging.operation.type': 'settle' });
    expect(hidden).toMatchObject({ name: 'CHANGE_MESSAGE_INVISIBLETIME orders', status: 0 });
    expect(notified).toMatchObject({ name: 'NOTIFICATION orders', status: 0 });
    expect(nothing).toMatchObject({ status: 210, error: null, response: { codeName: 'POLLING_TIMEOUT' } });
  });

  it('reads what a client 4.9 sends (producer49)', () => {
    const seen = count('producer49');
    expect(seen).toMatchObject({
      'SEND_MESSAGE_V2 orders 0 null': 6,
      'SEND_MESSAGE_V2 orders null null': 2,
      'SEND_BATCH_MESSAGE orders 0 null': 1,
      'END_TRANSACTION null null': 2, // it names no topic
    });
    expect(play('producer49').exchanges[0]!.request).toMatchObject({ version: 409, group: 'shop-producers' });
  });

  it('names topics that a name server does not know', () => {
    expect(count('routes')).toMatchObject({
      'GET_ROUTEINFO_BY_TOPIC orders 0 null': 2,
      'GET_ROUTEINFO_BY_TOPIC %RETRY%shop-consumers 17 TOPIC_NOT_EXIST': 2,
    });
  });

  it.each(NAMES)('says the same of %s in pieces', (name) => {
    const whole = play(name);
    expect(whole.stats).toMatchObject({ parseErrors: {}, desyncs: 0 });
    for (const size of [1, 3, 17, 100]) {
      expect(play(name, size).exchanges.map(summary), `pieces of ${size}`).toEqual(whole.exchanges.map(summary));
    }
  });
});
