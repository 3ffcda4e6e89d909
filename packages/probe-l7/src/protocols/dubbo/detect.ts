import type { Detection, DetectRule, Direction, Input, Verdict } from '@sonde/core';
import { bodyLength, checkHeader, Flag, HEADER, isOk, MAGIC, MAX_BODY } from './header.js';
import { beginsCall, beginsResult } from './invocation.js';
import { serialization } from './serializations.js';

/** Of a body so much is looked at. */
const ENOUGH = 512;

/** Whether the window begins with a message of `direction`: header, and the head of the body as far as it is known. */
export function beginsMessage(input: Input, direction: Direction): Verdict {
  const header = checkHeader(input, direction);
  if (header !== 'yes') return header;
  const { bytes, view, start } = input;
  const flags = bytes[start + 2]!;
  if ((flags & Flag.event) !== 0) return 'yes';
  const body = start + HEADER;
  const limit = body + bodyLength(view, start);
  const end = Math.min(input.end, limit);
  const kind = serialization(flags & Flag.serialization);
  const verdict =
    direction === 'request'
      ? beginsCall(kind, bytes, body, end)
      : beginsResult(kind, isOk(bytes[start + 3]!), bytes, body, end);
  if (verdict !== 'more') return verdict;
  return end === limit || end - body >= ENOUGH ? 'no' : 'more';
}

const rule = (direction: Direction, bytes: number[], mask: number[]): DetectRule => ({
  direction,
  match: [{ offset: 0, bytes, mask }],
  length: { offset: 12, size: 4, plus: HEADER, compare: 'bounded', min: HEADER, max: MAX_BODY },
  minimum: HEADER,
});

/** How Dubbo is recognised: by its magic and its flags, of which one tells requests from answers. */
export const detect: Detection = {
  rules: [
    rule('request', [...MAGIC, 0x80, 0], [0xff, 0xff, 0x80, 0xff]),
    rule('response', [...MAGIC, 0], [0xff, 0xff, 0x80]),
  ],
  confirm: beginsMessage,
};
