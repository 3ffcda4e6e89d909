import type { Detection, Direction, Input, Verdict } from '@sonde/core';
import { fourLetterWord, mayBeWord, WORD_BYTES } from './four-letter-words.js';
import { isAnswer, isConnect, isRequest } from './frames.js';

const PORTS = [2181];
const EIGHT = [0, 0, 0, 8];

function confirm(input: Input, direction: Direction): Verdict {
  const { start, end } = input;
  if (direction === 'response') return isAnswer(input);
  if (mayBeWord(input)) {
    // The word is all there is, but for the end of a line.
    if (end - start < WORD_BYTES) return 'more';
    return end - start <= WORD_BYTES + 2 && fourLetterWord(input) !== null ? 'yes' : 'no';
  }
  if (end - start < WORD_BYTES) return 'more';
  const verdict = isConnect(input);
  return verdict === 'no' ? isRequest(input) : verdict;
}

/** Sessions, pings, notifications, and requests with a path; replies have nothing that is theirs alone. */
export const detect: Detection = {
  rules: [
    {
      direction: 'request',
      match: [
        { offset: 0, bytes: [0, 0, 0, 0x2c], mask: [0xff, 0xff, 0xff, 0xfe] },
        { offset: 4, bytes: [0, 0, 0, 0] },
        { offset: 28, bytes: [0, 0, 0, 16] },
      ],
    },
    {
      direction: 'response',
      match: [
        { offset: 0, bytes: [0, 0, 0, 0x24], mask: [0xff, 0xff, 0xff, 0xfe] },
        { offset: 4, bytes: [0, 0, 0, 0] },
        { offset: 20, bytes: [0, 0, 0, 16] },
      ],
    },
    { direction: 'request', match: [{ offset: 0, bytes: [...EIGHT, 0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 11] }] },
    { direction: 'response', match: [{ offset: 0, bytes: [0, 0, 0, 16, 0xff, 0xff, 0xff, 0xfe] }] },
    {
      direction: 'response',
      match: [
        { offset: 0, bytes: [0] },
        { offset: 4, bytes: [0xff, 0xff, 0xff, 0xff] },
        { offset: 16, bytes: [0, 0, 0, 0, 0, 0, 0] },
      ],
    },
    {
      direction: 'request',
      match: [
        { offset: 0, bytes: [0] },
        { offset: 8, bytes: [0, 0, 0, 0, 0, 0], mask: [0xff, 0xff, 0xff, 0x80, 0xff, 0xff] },
        { offset: 16, bytes: '/' },
      ],
    },
    {
      direction: 'request',
      match: [
        { offset: 0, bytes: [0] },
        { offset: 8, bytes: [0, 0, 0, 14, 0, 0, 0] },
        { offset: 16, bytes: [0, 0xff, 0xff, 0xff, 0xff] },
      ],
    },
    { direction: 'request', ports: PORTS, match: [{ offset: 0, bytes: [0x60], mask: [0xe0] }] },
  ],
  confirm,
};
