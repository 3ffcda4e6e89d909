import { type Attributes, type Description, SEMCONV } from '@sonde/core';
import type { RocketmqRequest, RocketmqResponse } from './messages.js';
import { operationType } from './request-codes.js';
import { isFailure } from './response-codes.js';

/** `SEND_MESSAGE_V2 orders`; the code of the answer; its name where it says that something failed. */
export function describe(request: RocketmqRequest, response: RocketmqResponse | null): Description {
  const { operation, topic } = request;
  return {
    name: topic === undefined ? operation : `${operation} ${topic}`,
    status: response === null ? null : response.code,
    error: response === null ? null : failure(response),
  };
}

/** OpenTelemetry's attributes of messaging and of RocketMQ. */
export function attributes(request: RocketmqRequest, response: RocketmqResponse | null): Attributes {
  const result: Attributes = {
    [SEMCONV.MESSAGING_SYSTEM]: 'rocketmq',
    [SEMCONV.MESSAGING_OPERATION_NAME]: request.operation,
  };
  const type = operationType(request.requestCode);
  if (type !== undefined) result[SEMCONV.MESSAGING_OPERATION_TYPE] = type;
  if (request.topic !== undefined) result[SEMCONV.MESSAGING_DESTINATION_NAME] = request.topic;
  if (request.group !== undefined) {
    result[type === 'send' ? 'messaging.rocketmq.client_group' : SEMCONV.MESSAGING_CONSUMER_GROUP_NAME] = request.group;
  }
  const queueId = response?.queueId ?? request.queueId;
  if (queueId !== undefined) result['messaging.destination.partition.id'] = String(queueId);
  if (request.clientId !== undefined) result['messaging.client.id'] = request.clientId;
  const messageId = request.messageId ?? response?.messageId;
  if (messageId !== undefined) result['messaging.message.id'] = messageId;
  if (request.tag !== undefined) result['messaging.rocketmq.message.tag'] = request.tag;
  if (request.keys !== undefined) result['messaging.rocketmq.message.keys'] = request.keys.split(' ');
  const size = type === 'send' ? request.bodyBytes : type === 'receive' ? response?.bodyBytes : undefined;
  if (size !== undefined) result['messaging.message.body.size'] = size;
  const count = request.messages ?? response?.messages;
  if (count !== undefined) result['messaging.batch.message_count'] = count;
  const error = response === null ? null : failure(response);
  if (error !== null) result[SEMCONV.ERROR_TYPE] = error;
  return result;
}

function failure({ code, codeName }: RocketmqResponse): string | null {
  return isFailure(code) ? codeName : null;
}
