import type { Input } from '@sonde/core';
import { command, headerLength, PREFIX } from './frame.js';
import type { RocketmqRequest, RocketmqResponse } from './messages.js';
import { isFetch } from './request-codes.js';
import { responseName } from './response-codes.js';
import { Slot } from './slots.js';
import { readStored } from './stored-messages.js';

/** Makes the response whose header was read last; bytes are there up to `end`. */
export function makeResponse(
  { bytes, view, start }: Input,
  end: number,
  length: number,
  request: RocketmqRequest | undefined,
): RocketmqResponse {
  const { code, opaque } = command;
  const message: RocketmqResponse = { kind: 'response', id: opaque, code, codeName: responseName(code) };
  const queueId = command.number(Slot.queueId);
  if (queueId !== undefined) message.queueId = queueId;
  const offset = command.number(Slot.queueOffset) ?? command.number(Slot.offset);
  if (offset !== undefined) message.offset = offset;
  const nextOffset = command.number(Slot.nextBeginOffset);
  if (nextOffset !== undefined) message.nextOffset = nextOffset;
  const messageId = command.id(Slot.messageId);
  if (messageId !== undefined) message.messageId = messageId;
  const body = start + PREFIX + headerLength(view, start);
  const limit = start + 4 + length;
  if (limit > body) message.bodyBytes = limit - body;
  if (request === undefined || !isFetch(request.requestCode) || limit === body || end <= body) return message;
  const stored = readStored(bytes, view, body, end, limit);
  if (stored.count >= 0) message.messages = stored.count;
  if (stored.messageId !== undefined) message.messageId ??= stored.messageId;
  if (stored.traceparent !== undefined) message.traceparent = stored.traceparent;
  return message;
}
