import { type Attributes, type Description, SEMCONV } from '@sonde/core';
import type { NatsRequest, NatsResponse } from './messages.js';

/** `PUB`, `MSG`, `PING`; the type of the answer; the status of an answer that says that nobody listens. */
export function describe(request: NatsRequest, response: NatsResponse | null): Description {
  const name = request.operation === 'MSG' ? 'DELIVER' : request.operation;
  if (response === null) return { name, status: null, error: request.error === undefined ? null : '-ERR' };
  const { code, type } = response;
  return { name, status: code ?? type, error: code !== undefined && code >= 400 ? String(code) : null };
}

/** OpenTelemetry's attributes of messaging. */
export function attributes(request: NatsRequest, response: NatsResponse | null): Attributes {
  const delivered = request.operation === 'MSG';
  const result: Attributes = {
    [SEMCONV.MESSAGING_SYSTEM]: 'nats',
    [SEMCONV.MESSAGING_OPERATION_NAME]: delivered ? 'deliver' : request.operation.toLowerCase(),
  };
  if (delivered || request.operation === 'PUB')
    result[SEMCONV.MESSAGING_OPERATION_TYPE] = delivered ? 'process' : 'send';
  if (request.resource !== null) result[SEMCONV.MESSAGING_DESTINATION_NAME] = request.resource;
  if (request.queue !== undefined) result[SEMCONV.MESSAGING_CONSUMER_GROUP_NAME] = request.queue;
  if (request.payloadBytes !== undefined) result['messaging.message.body.size'] = request.payloadBytes;
  const { error } = describe(request, response);
  if (error !== null) result[SEMCONV.ERROR_TYPE] = error;
  return result;
}
