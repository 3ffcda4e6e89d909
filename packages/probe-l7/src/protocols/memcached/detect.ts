import type { Detection, DetectRule, Direction, Input, Verdict } from '@sonde/core';
import { checkHeader, Magic } from './binary.js';
import { ANSWERS, ERRORS, layoutOf } from './commands.js';
import { Words } from './words.js';

const words = new Words();
/** Longest line that recognition waits for. */
const MAX_LINE = 2048;
const LONGEST_KEY = 250;

const starts = (direction: Direction) => (bytes: string) => ({ direction, match: [{ offset: 0, bytes }] });

const rules: DetectRule[] = [
  ...['get ', 'gets ', 'gat ', 'gats ', 'set ', 'add ', 'replace ', 'append ', 'prepend ', 'cas '].map(
    starts('request'),
  ),
  ...['incr ', 'decr ', 'delete ', 'touch ', 'mg ', 'ms ', 'md ', 'ma ', 'me ', 'mn\r\n'].map(starts('request')),
  ...['stats', 'flush_all', 'version\r\n', 'verbosity '].map(starts('request')),
  ...['VALUE ', 'END\r\n', 'STORED\r\n', 'NOT_STORED\r\n', 'STAT ', 'HD\r\n', 'HD ', 'EN\r\n', 'VA ', 'MN\r\n'].map(
    starts('response'),
  ),
  ...['SERVER_ERROR ', 'CLIENT_ERROR '].map(starts('response')),
  // Magic, then data type 0 and, of requests, the reserved bytes.
  {
    direction: 'request',
    match: [
      { offset: 0, bytes: [0x80] },
      { offset: 5, bytes: [0, 0, 0] },
    ],
    minimum: 24,
  },
  {
    direction: 'response',
    match: [
      { offset: 0, bytes: [0x81] },
      { offset: 5, bytes: [0] },
    ],
    minimum: 24,
  },
];

/** Whether a command begins in the window. `more` for words that Redis, beanstalkd and others have as well. */
export function beginsRequest(input: Input): Verdict {
  const { bytes, start, end } = input;
  if (bytes[start] === Magic.request) return checkHeader(input, Magic.request);
  if (!words.read(bytes, start, Math.min(end, start + MAX_LINE))) return end - start < MAX_LINE ? 'more' : 'no';
  if (!words.crlf || words.length(1) > LONGEST_KEY) return 'no';
  const { count } = words;
  switch (layoutOf(words.name(0))) {
    case 'storage':
      return isStorage() ? 'yes' : 'no';
    case 'keys':
      if (count < 2) return 'no';
      return count > 2 || words.name(0) === 'gets' ? 'yes' : 'more';
    case 'keys after time':
      return count > 2 && words.number(1) >= 0 ? 'yes' : 'no';
    case 'meta':
    case 'meta storage':
      return isMeta() ? 'yes' : 'no';
    case 'key':
      return count >= 2 && count <= 4 ? 'more' : 'no';
    case 'bare':
      return count === 1 && words.name(0) === 'mn' ? 'yes' : count <= 3 ? 'more' : 'no';
    default:
      return 'no';
  }
}

/** Whether answers begin in the window: the first line has to be one that memcached writes. */
export function beginsResponse(input: Input): Verdict {
  const { bytes, start, end } = input;
  if (bytes[start] === Magic.response) return checkHeader(input, Magic.response);
  if (!words.read(bytes, start, Math.min(end, start + MAX_LINE))) return end - start < MAX_LINE ? 'more' : 'no';
  if (!words.crlf) return 'no';
  const { count } = words;
  const name = words.name(0);
  if (name === 'VALUE') {
    const numbers = words.number(2) >= 0 && words.number(3) >= 0 && (count === 4 || words.number(4) >= 0);
    return (count === 4 || count === 5) && numbers ? 'yes' : 'no';
  }
  if (name === 'VA') return words.number(1) >= 0 ? 'yes' : 'no';
  if (name === 'STAT') return count >= 3 ? 'yes' : 'no';
  if (ERRORS.has(name)) return count > 1 ? 'yes' : 'no';
  if (name === 'HD') return 'yes';
  return count === 1 && (ANSWERS.has(name) || name === 'END') ? 'yes' : 'no';
}

/** Whether the window begins with a number alone on its line: what INCR and DECR are answered, and much else. */
export function beginsNumber({ bytes, start, end }: Input): boolean {
  if (!words.read(bytes, start, Math.min(end, start + MAX_LINE))) return false;
  return words.crlf && words.count === 1 && words.number(0) >= 0;
}

/** `set key flags exptime bytes [cas] [noreply]`; the time may be negative. */
function isStorage(): boolean {
  const least = words.name(0) === 'cas' ? 6 : 5;
  if (words.count < least || words.count > least + 1 || words.number(2) < 0 || words.number(4) < 0) return false;
  if (words.count > least && !words.endsWith('noreply')) return false;
  return least === 5 || words.number(5) >= 0;
}

/** `mg key flag*`, `ms key bytes flag*`: flags are a letter and, for some, a token. */
function isMeta(): boolean {
  const storage = words.name(0) === 'ms';
  if (words.count < 2 || (storage && words.number(2) < 0)) return false;
  for (let index = storage ? 3 : 2; index < Math.min(words.count, 16); index++) {
    if (!/^[A-Za-z]/.test(words.text(index))) return false;
    if (words.length(index) > 1 && !/^[A-Z]/.test(words.text(index))) return false;
  }
  return true;
}

/** How memcached is recognised: by commands that no other protocol has, or by its answers. */
export const detect: Detection = {
  rules,
  confirm: (input, direction) => (direction === 'request' ? beginsRequest(input) : beginsResponse(input)),
};
