import type { ByteMatch, Detection, DetectRule, Direction } from '@sonde/core';
import { beginsFrame, MAX_FRAME, MIN_HEADER, PREFIX } from './frame.js';

const rule = (direction: Direction, ...match: ByteMatch[]): DetectRule => ({
  direction,
  match,
  length: { offset: 0, size: 4, plus: 4, compare: 'bounded', min: PREFIX + MIN_HEADER, max: MAX_FRAME },
  minimum: 32,
});

/** A header of less than 64 KiB in JSON, or in the binary form. */
const JSON_HEADER: ByteMatch[] = [
  { offset: 4, bytes: [0, 0] },
  { offset: 8, bytes: '{"' },
];
const BINARY_HEADER: ByteMatch = { offset: 4, bytes: [1, 0] };
/**
 * Flags of the binary form, of which the lowest bit is set in answers: a broker sends requests as well. The language
 * before is one of fourteen.
 */
const flags = (mask: number): ByteMatch => ({ offset: 17, bytes: [0, 0, 0, 0], mask: [0xff, 0xff, 0xff, mask] });
const LANGUAGE: ByteMatch = { offset: 10, bytes: [0], mask: [0xf0] };

/**
 * How RocketMQ is recognised: by two lengths that agree, and a header with the fields that every command has. The
 * flags tell requests from answers.
 */
export const detect: Detection = {
  rules: [
    rule('request', ...JSON_HEADER),
    rule('response', ...JSON_HEADER),
    rule('request', BINARY_HEADER, LANGUAGE, flags(0xfd)),
    rule('response', BINARY_HEADER, LANGUAGE, flags(0xfc)),
  ],
  confirm: beginsFrame,
};
