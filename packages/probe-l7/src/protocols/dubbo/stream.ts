import type { Input, StreamContext, StreamParser } from '@sonde/core';
import { beginsMessage } from './detect.js';
import { bodyLength, Flag, HEADER, isMagic, isOk, MAGIC, requestId, statusName } from './header.js';
import { readCall, readEvent, readResult } from './invocation.js';
import type { DubboMessage, DubboRequest, DubboResponse } from './messages.js';
import { serialization } from './serializations.js';

/** Of a longer message only so many bytes are read: names stand at its beginning. */
const MAX_READ = 8192;

/** Reads the messages of one direction. Either side may ask: a provider sends heartbeats as well. */
export class DubboStream implements StreamParser {
  readonly #context: StreamContext<DubboMessage>;

  constructor(context: StreamContext<DubboMessage>) {
    this.#context = context;
  }

  read(input: Input): number {
    const { bytes, view, start, end } = input;
    if (!isMagic(bytes, start, end)) this.#context.fail('no magic');
    if (end - start < HEADER) return 0;
    const length = bodyLength(view, start);
    if (length < 0) this.#context.fail('length of a body');
    const limit = start + Math.min(HEADER + length, MAX_READ);
    if (limit > end) return 0;
    this.#context.emit(message(input, limit));
    return HEADER + length;
  }

  gap(input: Input): number {
    const { bytes, view, start, end } = input;
    if (end - start < HEADER || !isMagic(bytes, start, end)) return -1;
    const length = bodyLength(view, start);
    if (length < 0) return -1;
    const cut = message(input, Math.min(end, start + HEADER + length));
    if (isCut(cut)) cut.truncated = true;
    this.#context.emit(cut);
    return HEADER + length;
  }

  /** A message may begin anywhere in the window; the magic, the header and the body's head have to agree. */
  resync(input: Input): number {
    const { bytes, view, end, at } = input;
    for (let start = input.start; start < end; start++) {
      if (bytes[start] !== MAGIC[0] || !isMagic(bytes, start, end)) continue;
      const rest = { bytes, view, start, end, at };
      const begins = beginsMessage(rest, 'request') !== 'no' || beginsMessage(rest, 'response') !== 'no';
      if (begins) return start - input.start;
    }
    return -1;
  }
}

/** Whether names are missing that a whole message has. */
function isCut(message: DubboMessage): boolean {
  if (message.event) return false;
  return message.kind === 'response'
    ? isOk(message.status) && message.result === undefined
    : (message as DubboRequest).operation === null;
}

function message({ bytes, view, start }: Input, limit: number): DubboMessage {
  const flags = bytes[start + 2]!;
  return (flags & Flag.request) === 0
    ? response(bytes, view, start, limit, flags)
    : request(bytes, view, start, limit, flags);
}

function request(bytes: Uint8Array, view: DataView, start: number, limit: number, flags: number): DubboRequest {
  const kind = serialization(flags & Flag.serialization);
  const message: DubboRequest = {
    kind: (flags & Flag.twoWay) === 0 ? 'oneway' : 'request',
    id: requestId(view, start),
    operation: null,
    resource: null,
    serialization: kind.name,
  };
  const body = start + HEADER;
  if ((flags & Flag.event) === 0) readCall(message, kind, bytes, body, limit);
  else {
    message.event = true;
    message.operation = readEvent(kind.reader, bytes, body, limit);
  }
  return message;
}

function response(bytes: Uint8Array, view: DataView, start: number, limit: number, flags: number): DubboResponse {
  const kind = serialization(flags & Flag.serialization);
  const status = bytes[start + 3]!;
  const message: DubboResponse = {
    kind: 'response',
    id: requestId(view, start),
    status,
    statusName: statusName(status),
    serialization: kind.name,
  };
  if ((flags & Flag.event) !== 0) message.event = true;
  else if (isOk(status)) readResult(message, kind, bytes, start + HEADER, limit);
  return message;
}
