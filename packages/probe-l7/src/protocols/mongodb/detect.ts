import type { Detection, DetectRule, Direction } from '@sonde/core';
import { checkMessage, HEADER, MAX_MESSAGE } from './header.js';

const rule = (direction: Direction, match: NonNullable<DetectRule['match']>): DetectRule => ({
  direction,
  match,
  length: { offset: 0, size: 4, endian: 'little', plus: 0, compare: 'bounded', min: HEADER + 5, max: MAX_MESSAGE },
});
/** 2000 to 2015, little endian. */
const opcodes = { offset: 12, bytes: [0xd0, 0x07, 0, 0], mask: [0xf0, 0xff, 0xff, 0xff] };

/** A length, an opcode, and for requests that they answer nothing; then flags and the first document have to agree. */
export const detect: Detection = {
  rules: [
    rule('request', [{ offset: 8, bytes: [0, 0, 0, 0] }, opcodes]),
    rule('response', [opcodes]),
    rule('response', [{ offset: 12, bytes: [1, 0, 0, 0] }]),
  ],
  confirm: checkMessage,
};
