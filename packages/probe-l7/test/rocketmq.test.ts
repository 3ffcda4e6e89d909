import type { Exchange } from '@sonde/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureMethod } from '../src/capture-method.js';
import type { RocketmqRequest, RocketmqResponse } from '../src/protocols/rocketmq/index.js';
import { count, observe } from './support/observe.js';
import { type RealServer, serverModule } from './support/real-server.js';

interface Options {
  serialization: 'JSON' | 'ROCKETMQ';
}
const { startRocketmq, useRocketmq } = await serverModule<{
  startRocketmq(options: Options): Promise<{ nameServer: RealServer; broker: RealServer; stop(): Promise<void> }>;
  useRocketmq(port: number, count: number, options: Options): Promise<void>;
}>('rocketmq');
const COUNT = 20;
/** How many messages are in the topic in the end: four ways of sending, and one transaction that was committed. */
const STORED = 4 * COUNT + 1;

/** @against rocketmq: Apache RocketMQ and its Java client */
describe.each([
  { serialization: 'JSON' as const, capture: captureMethod('auto') },
  { serialization: 'ROCKETMQ' as const, capture: 'syscall' as const },
])('RocketMQ with headers in the form $serialization, by $capture capture', ({ capture, serialization }) => {
  let servers: Awaited<ReturnType<typeof startRocketmq>>;

  beforeAll(async () => {
    servers = await startRocketmq({ serialization });
  }, 300_000);
  afterAll(() => servers?.stop());

  it('is seen at both ends: what is sent, and what is fetched', async () => {
    const { broker, nameServer } = servers;
    const seen = await observe(capture, broker.port, () => useRocketmq(nameServer.port, COUNT, { serialization }));
    const summary = ({ name, request, status, error }: Exchange) => `${name} ${request.kind} ${status} ${error}`;
    for (const side of ['client', 'server']) {
      expect(count(seen, side, summary), side).toMatchObject({
        'SEND_MESSAGE_V2 orders request 0 null': 2 * COUNT + 2,
        'SEND_MESSAGE_V2 orders oneway null null': COUNT,
        'SEND_BATCH_MESSAGE orders request 0 null': 1,
        'END_TRANSACTION orders oneway null null': 2,
        'PULL_MESSAGE absent request 17 TOPIC_NOT_EXIST': 1,
        'NOTIFY_CONSUMER_IDS_CHANGED oneway null null': 2,
      });
    }
    const atBroker = seen.filter(({ side }) => side === 'server');
    const sent = atBroker.filter(({ request }) => (request as RocketmqRequest).operation === 'SEND_MESSAGE_V2');
    // Each message has an id of its own, and the broker gave each an offset.
    expect(new Set(sent.map(({ request }) => (request as RocketmqRequest).messageId)).size).toBe(3 * COUNT + 2);
    for (const { request, response, attributes } of sent) {
      expect(attributes).toMatchObject({ 'messaging.system': 'rocketmq', 'messaging.destination.name': 'orders' });
      if (request.kind === 'request') expect((response as RocketmqResponse).offset).toBeGreaterThanOrEqual(0);
    }
    // The pullers read each queue from its beginning, as far as the answers of both groups can be counted.
    const fetched = atBroker.filter(({ name, status }) => name === 'PULL_MESSAGE orders' && status === 0);
    expect(fetched.length).toBeGreaterThanOrEqual(2);
    const ends = fetched.map(({ request, response }) => {
      const { queueId, group } = request as RocketmqRequest;
      return [`${group} ${queueId}`, (response as RocketmqResponse).nextOffset!] as const;
    });
    const furthest = new Map<string, number>();
    for (const [queue, end] of ends) furthest.set(queue, Math.max(furthest.get(queue) ?? 0, end));
    const consumed = [...furthest].filter(([queue]) => queue.startsWith('shop-consumers'));
    expect(consumed.reduce((sum, [, end]) => sum + end, 0)).toBe(STORED);
  }, 240_000);
});
