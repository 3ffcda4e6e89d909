import type { Input } from '@sonde/core';
import { command, Form, headerLength, PREFIX } from './frame.js';
import { readJson } from './json-header.js';
import type { RocketmqRequest } from './messages.js';
import { readProperties } from './properties.js';
import { Code, isSend, requestName } from './request-codes.js';
import { Slot } from './slots.js';
import { countBatch } from './stored-messages.js';

/** Requests that tell in a JSON body what they are about. */
const TOLD_IN_BODY: ReadonlySet<number> = new Set([
  ...[Code.heartbeat, Code.lock, Code.unlock, Code.checkClient, Code.queryAssignment, Code.batchAck],
]);

/** Whether something of the body is read. */
export function wantsBody(code: number): boolean {
  return TOLD_IN_BODY.has(code) || code === Code.sendBatch;
}

/** Makes the request whose header was read last; bytes are there up to `end`. */
export function makeRequest({ bytes, view, start }: Input, end: number, length: number): RocketmqRequest {
  const { code } = command;
  const body = start + PREFIX + headerLength(view, start);
  const limit = start + 4 + length;
  const message: RocketmqRequest = {
    kind: command.isOneway ? 'oneway' : 'request',
    id: command.opaque,
    operation: requestName(code),
    resource: null,
    requestCode: code,
    serialization: bytes[start + 4] === Form.json ? 'json' : 'rocketmq',
    language: command.language,
    version: Number.isNaN(command.version) ? null : command.version,
  };
  if (TOLD_IN_BODY.has(code) && body < end) readJson(bytes, body, end, limit, command, true);
  takeFields(message, code);
  const properties = command.end(Slot.properties);
  if (properties >= 0) readProperties(bytes, command.start(Slot.properties), properties, message);
  if (isSend(code)) message.bodyBytes = limit - body;
  if (code === Code.sendBatch) {
    const count = countBatch(view, body, end, limit);
    if (count >= 0) message.messages = count;
  }
  message.resource = message.topic ?? message.group ?? null;
  return message;
}

function takeFields(message: RocketmqRequest, code: number): void {
  const topic = command.text(Slot.topic) ?? command.text(Slot.originTopic);
  if (topic !== undefined) message.topic = topic;
  const group = command.text(Slot.group);
  if (group !== undefined) message.group = group;
  const clientId = command.text(Slot.clientId);
  if (clientId !== undefined) message.clientId = clientId;
  const queueId = command.number(Slot.queueId);
  if (queueId !== undefined) message.queueId = queueId;
  const offset = offsetOf(code);
  if (offset !== undefined) message.offset = offset;
  const maxMessages = command.number(Slot.maxMessages);
  if (maxMessages !== undefined) message.maxMessages = maxMessages;
  const messageId = command.id(Slot.messageId);
  if (messageId !== undefined) message.messageId = messageId;
  const transactionId = command.id(Slot.transactionId);
  if (transactionId !== undefined) message.transactionId = transactionId;
}

/** Offset in a queue; where the broker's log is meant, there is none. */
function offsetOf(code: number): number | undefined {
  if (code === Code.sendBack || code === Code.viewMessage) return undefined;
  return command.number(Slot.queueOffset) ?? command.number(Slot.commitOffset) ?? command.number(Slot.offset);
}
