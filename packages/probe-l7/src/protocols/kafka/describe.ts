import { type Attributes, type Description, SEMCONV } from '@sonde/core';
import { errorName } from './errors.js';
import type { KafkaMessage, KafkaRequest, KafkaResponse } from './messages.js';

/** `Produce orders`; the error code as a number; its name where it isn't 0. */
export function describe(request: KafkaMessage, response: KafkaResponse | null): Description {
  const { operation, topics } = request as KafkaRequest;
  const code = response === null ? null : response.errorCode;
  return {
    name: topics?.[0] ? `${operation} ${topics[0]}` : operation,
    status: code,
    error: code === null || code === 0 ? null : errorName(code),
  };
}

/** What an operation is to messaging, by OpenTelemetry's types. */
const TYPES: Readonly<Record<number, string>> = { 0: 'send', 1: 'receive', 8: 'settle', 28: 'settle' };

/** OpenTelemetry's attributes of messaging and of Kafka. */
export function attributes(message: KafkaMessage, response: KafkaResponse | null): Attributes {
  const request = message as KafkaRequest;
  const all: Attributes = { 'messaging.system': 'kafka', 'messaging.operation.name': request.operation };
  const type = TYPES[request.apiKey];
  if (type !== undefined) all['messaging.operation.type'] = type;
  const topic = request.topics?.[0] ?? response?.topics?.[0];
  if (topic) all['messaging.destination.name'] = topic;
  const partitions = request.partitions ?? response?.partitions;
  if (partitions?.length === 1) all['messaging.destination.partition.id'] = String(partitions[0]);
  const offset = request.apiKey === 0 ? response?.offsets?.[0] : response?.baseOffset;
  if (offset !== undefined && offset >= 0) all['messaging.kafka.offset'] = offset;
  const records = request.records ?? response?.records;
  if (records !== undefined) all['messaging.batch.message_count'] = records;
  if (request.group !== undefined) all['messaging.consumer.group.name'] = request.group;
  if (request.clientId !== null) all['messaging.client.id'] = request.clientId;
  const code = response === null ? null : response.errorCode;
  if (code !== null && code !== 0) all[SEMCONV.ERROR_TYPE] = errorName(code);
  return all;
}
