import { defineProtocol, latin1, type Message } from '@sonde/core';

/**
 * __pascal__ keeps counters. A frame is `magic (0x7a), type, id, length`, then `length` bytes of body.
 *
 * | type | sent by | body |
 * |---|---|---|
 * | 1 add, 2 get | client | name of the counter |
 * | 3 value | server | the value, in digits |
 * | 4 refused | server | why |
 */
export interface __pascal__Message extends Message {
  /** Body of a response. */
  text?: string;
}

const MAGIC = 0x7a;
const HEADER_BYTES = 4;
const OPERATIONS: Record<number, string> = { 1: 'add', 2: 'get' };
const VALUE = 3;
const REFUSED = 4;

/** Whether a frame of the direction may begin with these four bytes. */
function isHeader(bytes: Uint8Array, start: number, fromClient: boolean): boolean {
  const type = bytes[start + 1]!;
  return bytes[start] === MAGIC && (fromClient ? type in OPERATIONS : type === VALUE || type === REFUSED);
}

/** The __pascal__ protocol, for `sonde run --parser`. */
export default defineProtocol<__pascal__Message>({
  name: '__name__',
  apiVersion: 1,
  description: '__description__',
  support: { versions: ['1'], limits: ['Values are not kept.'] },
  module: import.meta.url,
  match: 'id',
  metric: { name: '__snake__.{side}.operation.duration' },
  detect: {
    rules: [
      {
        direction: 'request',
        match: [{ offset: 0, bytes: [MAGIC] }],
        length: { offset: 3, size: 1, plus: HEADER_BYTES, compare: 'within' },
      },
    ],
    confirm({ bytes, start, end }, direction) {
      if (end - start < HEADER_BYTES) return 'more';
      return isHeader(bytes, start, direction === 'request') ? 'yes' : 'no';
    },
  },
  createStream: (direction, context) => ({
    read({ bytes, start, end }) {
      if (end - start < HEADER_BYTES) return 0;
      if (!isHeader(bytes, start, direction === 'request')) context.fail('not a frame');
      const size = HEADER_BYTES + bytes[start + 3]!;
      if (end - start < size) return 0;
      const type = bytes[start + 1]!;
      const id = bytes[start + 2]!;
      const text = latin1(bytes, start + HEADER_BYTES, start + size);
      if (direction === 'request') context.emit({ kind: 'request', id, operation: OPERATIONS[type]!, resource: text });
      else context.emit({ kind: 'response', id, operation: type === REFUSED ? 'refused' : 'value', text });
      return size;
    },
    resync({ bytes, start, end }) {
      return end - start >= HEADER_BYTES && isHeader(bytes, start, direction === 'request') ? 0 : -1;
    },
  }),
  describe: (request, response) => ({
    name: request.operation!,
    status: response === null ? null : response.operation!,
    error: response?.operation === 'refused' ? 'refused' : null,
  }),
  attributes: (request) => ({ '__snake__.counter': request.resource! }),
});
