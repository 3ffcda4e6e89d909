import { describe, expect, it } from 'vitest';
import { Conversation, readSample, summary } from '../conversation.fixture.js';
import { type AmqpRequest, amqp } from './index.js';

const play = (name: string, size?: number) => {
  const script = readSample(new URL(`./samples/${name}.jsonl`, import.meta.url));
  const talk = new Conversation({ protocols: [amqp], pinned: false }).play(script, size);
  return { exchanges: talk.close(), stats: talk.stats };
};
const count = (name: string) => {
  const counts: Record<string, number> = {};
  for (const e of play(name).exchanges) {
    const line = `${e.request.operation} ${e.error ?? e.status}`;
    counts[line] = (counts[line] ?? 0) + 1;
  }
  return counts;
};
const NAMES = ['work', 'confirms', 'faults', 'refused'];

describe('amqp on conversations of amqplib with RabbitMQ 3.10', () => {
  it('follows messages from the exchange to the consumer of a queue', () => {
    const { exchanges } = play('work');
    const about = (operation: string) => exchanges.filter((e) => e.request.operation === operation);
    expect(about('Basic.Publish').map((e) => [e.name, e.request])).toMatchObject([
      ...['m0', 'm1', 'm2'].map((messageId) => [
        'Basic.Publish orders',
        {
          exchange: 'orders',
          routingKey: 'order.created',
          messageId,
          correlationId: 'c1',
          bodyBytes: 7,
          persistent: true,
        },
      ]),
      ['Basic.Publish billing', { exchange: '', routingKey: 'billing', bodyBytes: 0 }],
      ['Basic.Publish billing', { bodyBytes: 3 }],
      ['Basic.Publish orders', { routingKey: 'nobody', mandatory: true }],
    ]);
    const delivered = about('Basic.Deliver');
    expect(delivered.map((e) => [e.name, (e.request as AmqpRequest).deliveryTag])).toEqual(
      [1, 2, 3, 4].map((tag) => ['Basic.Deliver billing', tag]),
    );
    expect(delivered[0]!.request.traceparent).toBe('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    expect(delivered[0]!.attributes).toMatchObject({
      'messaging.system': 'rabbitmq',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'orders:order.created:billing',
      'messaging.rabbitmq.destination.routing_key': 'order.created',
      'messaging.rabbitmq.message.delivery_tag': 1,
      'messaging.message.id': 'm0',
      'messaging.message.body.size': 7,
    });
    expect(count('work')).toMatchObject({ 'Basic.Return NO_ROUTE': 1, 'Basic.Ack null': 3, 'Basic.Nack null': 1 });
  });

  it('knows what was confirmed, and what was refused', () => {
    const counts = count('confirms');
    expect(counts).toMatchObject({ 'Basic.Publish Basic.Ack': 8, 'Basic.Publish nack': 1, 'Basic.Publish null': 1 });
    expect(counts['Basic.Deliver null']).toBe(7);
  });

  it('tells why calls, channels and logins failed', () => {
    expect(count('faults')).toMatchObject({
      'Queue.Declare NOT_FOUND': 1,
      'Queue.Declare PRECONDITION_FAILED': 1,
      'Basic.Publish NOT_FOUND': 1,
      'Channel.Close NOT_FOUND': 2,
      'Channel.Close PRECONDITION_FAILED': 1,
      'Channel.Close 200': 1,
    });
    expect(count('refused')).toEqual({
      'Connection.Start Connection.Start-Ok': 1,
      'Connection.Close ACCESS_REFUSED': 1,
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
