import type { Detection, Input, Verdict } from '@sonde/core';
import { FIXED_BODY, HEADER, RecordHeader, RecordType } from './records.js';

const header = new RecordHeader();

/** `FCGI_`, which every value begins with that an application can be asked for. */
const VALUES = [0x46, 0x43, 0x47, 0x49, 0x5f];

/** Whether a request begins at `start`: BEGIN_REQUEST and a record of the same request, or GET_VALUES. */
export function beginsRequest(bytes: Uint8Array, start: number, end: number): Verdict {
  if (end - start < HEADER) return bytes[start] === 1 ? 'more' : 'no';
  if (!header.read(bytes, start)) return 'no';
  const { type, id, content } = header;
  if (type === RecordType.getValues) {
    const name = start + HEADER + 2;
    if (id !== 0) return 'no';
    for (let index = 0; index < VALUES.length; index++) {
      if (name + index >= end) return 'more';
      if (bytes[name + index] !== VALUES[index]) return 'no';
    }
    return 'yes';
  }
  if (type !== RecordType.beginRequest || id === 0 || content !== FIXED_BODY) return 'no';
  if (end - start < HEADER + FIXED_BODY) return 'more';
  const body = start + HEADER;
  const role = bytes[body + 1]!;
  if (bytes[body] !== 0 || role < 1 || role > 3 || bytes[body + 2]! > 1) return 'no';
  for (let at = body + 3; at < body + FIXED_BODY; at++) if (bytes[at] !== 0) return 'no';
  const next = body + FIXED_BODY + header.padding;
  // What follows, as far as it is there, is a record of this request, or of another one that begins.
  if (next + HEADER > end) return 'yes';
  return header.read(bytes, next) && isOfClient(header.type) ? 'yes' : 'no';
}

/** Bytes to the next request in the window, or -1: sixteen bytes are hard to mistake, wherever they are. */
export function requestBoundary({ bytes, start, end }: Input): number {
  if (beginsRequest(bytes, start, end) !== 'no') return 0;
  for (let at = start + 1; at + HEADER + FIXED_BODY <= end; at++) {
    if (bytes[at] === 1 && bytes[at + 1] === RecordType.beginRequest && beginsRequest(bytes, at, end) === 'yes') {
      return at - start;
    }
  }
  return -1;
}

function isOfClient(type: number): boolean {
  return type <= RecordType.stdin
    ? type !== RecordType.endRequest
    : type === RecordType.data || type === RecordType.getValues;
}

/**
 * How FastCGI is recognised: by the record that begins a request. Applications read its header apart from the rest, so
 * that eight bytes have to do in the kernel.
 */
export const detect: Detection = {
  rules: [
    {
      direction: 'request',
      match: [
        { offset: 0, bytes: [1, RecordType.beginRequest] },
        { offset: 4, bytes: [0, FIXED_BODY] },
        { offset: 7, bytes: [0] },
      ],
    },
    {
      direction: 'request',
      match: [{ offset: 0, bytes: [1, RecordType.getValues, 0, 0] }],
      minimum: HEADER,
    },
  ],
  confirm: ({ bytes, start, end }, direction) => (direction === 'request' ? beginsRequest(bytes, start, end) : 'no'),
};
