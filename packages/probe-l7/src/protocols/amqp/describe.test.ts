import { expect, describe as group, it } from 'vitest';
import { attributes, describe } from './describe.js';
import type { AmqpRequest, AmqpResponse } from './messages.js';

const request = (operation: string, more: Partial<AmqpRequest> = {}): AmqpRequest => {
  return { kind: 'request', operation, resource: null, by: 'client', channel: 1, ...more };
};
const response = (type: string, more: Partial<AmqpResponse> = {}): AmqpResponse => {
  return { kind: 'response', id: 1, type, channel: 1, ...more };
};

group('the name of an amqp exchange', () => {
  it.each([
    [request('Basic.Publish', { resource: 'orders', exchange: 'orders' }), 'Basic.Publish orders'],
    [request('Basic.Deliver', { resource: 'orders', queue: 'billing' }), 'Basic.Deliver billing'],
    [request('Basic.Deliver', { resource: 'orders' }), 'Basic.Deliver orders'],
    [request('Basic.Get', { resource: 'billing' }), 'Basic.Get billing'],
    [request('Queue.Declare', { resource: 'billing' }), 'Queue.Declare'],
    [request('Basic.Publish', { resource: 'amq.gen-JzTY20BRgKO' }), 'Basic.Publish'],
    [request('Basic.Publish', { resource: 'amq.rabbitmq.reply-to.g2dkABFyZXBseQ' }), 'Basic.Publish'],
    [request('Basic.Publish', { resource: 'reply-0af76519-16cd-43dd-8448-eb211c80319c' }), 'Basic.Publish'],
    [request('Basic.Publish', { resource: 'amq.topic' }), 'Basic.Publish amq.topic'],
  ])('of few different values: %o', (asked, name) => {
    expect(describe(asked, null).name).toBe(name);
  });

  it.each([
    [request('Basic.Publish'), response('Basic.Ack'), 'Basic.Ack', null],
    [request('Basic.Publish'), response('Basic.Nack'), 'Basic.Nack', 'nack'],
    [request('Queue.Declare'), response('Channel.Close', { code: 405 }), 405, 'RESOURCE_LOCKED'],
    [request('Channel.Close', { code: 200 }), response('Channel.Close-Ok'), 200, null],
    [request('Connection.Close', { code: 320 }), null, 320, 'CONNECTION_FORCED'],
    [request('Connection.Close', { code: 599 }), null, 599, '599'],
    [request('Basic.Deliver'), null, null, null],
  ])('has a status and an error: %o, %o', (asked, answer, status, error) => {
    expect(describe(asked, answer)).toMatchObject({ status, error });
    expect(attributes(asked, answer)['error.type']).toBe(error ?? undefined);
  });
});

group('the destination of an amqp message', () => {
  it.each([
    [{ exchange: 'orders', routingKey: 'new' }, 'orders:new'],
    [{ exchange: 'orders', routingKey: 'new', queue: 'billing' }, 'orders:new:billing'],
    [{ exchange: '', routingKey: 'jobs', queue: 'jobs' }, 'amq.default:jobs'],
    [{ exchange: 'logs', routingKey: '' }, 'logs'],
    [{ queue: 'billing' }, 'billing'],
  ])('is made of what is known: %o', (fields, name) => {
    expect(attributes(request('Basic.Publish', fields), null)['messaging.destination.name']).toBe(name);
  });

  it('of a Get is that of the message that came', () => {
    const got = response('Basic.Get-Ok', { exchange: 'orders', routingKey: 'new', bodyBytes: 5, deliveryTag: 3 });
    expect(attributes(request('Basic.Get', { queue: 'billing' }), got)).toMatchObject({
      'messaging.operation.type': 'receive',
      'messaging.destination.name': 'orders:new:billing',
      'messaging.message.body.size': 5,
      'messaging.rabbitmq.message.delivery_tag': 3,
    });
  });
});
