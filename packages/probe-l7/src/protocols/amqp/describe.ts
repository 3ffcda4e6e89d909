import { type Attributes, type Description, SEMCONV } from '@sonde/core';
import type { AmqpRequest, AmqpResponse } from './messages.js';
import { faultOf } from './reply-codes.js';

/** Names that a broker or a client makes up for one connection: `amq.gen-x1Y2`, UUIDs. */
const GENERATED = /^amq\.(gen|ctag|rabbitmq\.reply-to)\b|[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}/;
/** The default exchange, as OpenTelemetry and RabbitMQ's tools name it. */
const DEFAULT_EXCHANGE = 'amq.default';

const TYPES: Readonly<Record<string, string>> = {
  'Basic.Publish': 'send',
  'Basic.Deliver': 'process',
  'Basic.Get': 'receive',
  'Basic.Ack': 'settle',
  'Basic.Nack': 'settle',
  'Basic.Reject': 'settle',
};

/** `Basic.Publish orders`; the method that answered, or the reply code of a close. */
export function describe(request: AmqpRequest, response: AmqpResponse | null): Description {
  const { operation } = request;
  const place = placeOf(request);
  const name = place !== null && !GENERATED.test(place) ? `${operation} ${place}` : operation;
  return { name, status: response?.code ?? request.code ?? response?.type ?? null, error: errorOf(request, response) };
}

/** Exchange or queue that an operation on messages is named after. */
function placeOf({ operation, resource, queue }: AmqpRequest): string | null {
  if (operation === 'Basic.Deliver') return queue ?? resource;
  return operation === 'Basic.Publish' || operation === 'Basic.Get' || operation === 'Basic.Consume' ? resource : null;
}

/** OpenTelemetry's attributes of messaging and of RabbitMQ. */
export function attributes(request: AmqpRequest, response: AmqpResponse | null): Attributes {
  const all: Attributes = {
    [SEMCONV.MESSAGING_SYSTEM]: 'rabbitmq',
    [SEMCONV.MESSAGING_OPERATION_NAME]: request.operation,
  };
  const type = TYPES[request.operation];
  if (type !== undefined) all[SEMCONV.MESSAGING_OPERATION_TYPE] = type;
  const content = response?.bodyBytes !== undefined ? response : request;
  const destination = destinationOf(content, request.queue);
  if (destination !== null) all[SEMCONV.MESSAGING_DESTINATION_NAME] = destination;
  if (content.routingKey) all['messaging.rabbitmq.destination.routing_key'] = content.routingKey;
  if (content.deliveryTag !== undefined) all['messaging.rabbitmq.message.delivery_tag'] = content.deliveryTag;
  if (content.messageId !== undefined) all['messaging.message.id'] = content.messageId;
  if (content.correlationId !== undefined) all['messaging.message.conversation_id'] = content.correlationId;
  if (content.bodyBytes !== undefined) all['messaging.message.body.size'] = content.bodyBytes;
  const error = errorOf(request, response);
  if (error !== null) all[SEMCONV.ERROR_TYPE] = error;
  return all;
}

/** `{exchange}:{routing key}:{queue}`, as OpenTelemetry wants it: what is empty or stands there already is left out. */
function destinationOf({ exchange, routingKey }: AmqpRequest | AmqpResponse, queue: string | undefined): string | null {
  if (exchange === undefined) return queue || null;
  const parts = [exchange || DEFAULT_EXCHANGE];
  if (routingKey) parts.push(routingKey);
  if (queue && queue !== routingKey) parts.push(queue);
  return parts.join(':');
}

function errorOf(request: AmqpRequest, response: AmqpResponse | null): string | null {
  if (response?.type === 'Basic.Nack') return 'nack';
  const code = response?.code ?? request.code;
  return code === undefined ? null : faultOf(code);
}
