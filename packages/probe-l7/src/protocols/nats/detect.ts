import { type Detection, type Direction, findCrLf, type Input, latin1, type Verdict } from '@sonde/core';

/** Longest line that recognition waits for. */
const MAX_LINE = 4096;
const CLIENT = [/^CONNECT \{/i, /^H?PUB \S+ (\S+ )?(\d+ )?\d+$/i, /^SUB \S+ (\S+ )?\S+$/i, /^UNSUB \w+( \d+)?$/i];
const SERVER = [/^INFO \{/, /^H?MSG \S+ \w+ (\S+ )?(\d+ )?\d+$/, /^-ERR '[^']*'$/];
const EITHER = /^(PING|PONG|\+OK)$/;
const NAMES = { request: /^(CONNECT|H?PUB|U?N?SUB|PING|PONG)/i, response: /^(INFO|H?MSG|-ERR|\+OK|PING|PONG)/ };
const PREFIXES = {
  request: ['CONNECT ', 'PUB ', 'HPUB ', 'SUB ', 'UNSUB ', 'PING\r\n', 'PONG\r\n'],
  response: ['INFO ', 'MSG ', 'HMSG ', '-ERR ', '+OK\r\n', 'PING\r\n', 'PONG\r\n'],
};

/** Whether a line of NATS begins in the window, or may. Nothing but what only NATS has is a `yes`. */
export function beginsLine({ bytes, start, end }: Input, direction: Direction): Verdict {
  const line = findCrLf(bytes, start, Math.min(end, start + MAX_LINE));
  if (line < 0) {
    const begun = latin1(bytes, start, Math.min(end, start + 10)).toUpperCase();
    const possible = PREFIXES[direction].some((prefix) => prefix.startsWith(begun) || begun.startsWith(prefix));
    const json = begun.startsWith('INFO ') ? bytes[start + 5] : begun.startsWith('CONNECT ') ? bytes[start + 8] : 0x7b;
    if (end - start >= MAX_LINE) return possible && /^(INFO|CONNECT) /.test(begun) && json === 0x7b ? 'yes' : 'no';
    return possible && (json === 0x7b || json === undefined || end - start < 9) ? 'more' : 'no';
  }
  const text = latin1(bytes, start, line);
  if (!NAMES[direction].test(text)) return 'no';
  if ((direction === 'request' ? CLIENT : SERVER).some((pattern) => pattern.test(text.trimEnd()))) return 'yes';
  return EITHER.test(text) ? 'more' : 'no';
}

/** How NATS is recognised: by its greeting, by CONNECT with JSON, by messages. PING is other protocols' as well. */
export const detect: Detection = {
  rules: [
    ...['INFO {', 'MSG ', 'HMSG ', "-ERR '"].map((bytes) => ({
      direction: 'response' as const,
      match: [{ offset: 0, bytes }],
    })),
    ...['CONNECT {', 'PUB ', 'HPUB ', 'SUB ', 'UNSUB '].map((bytes) => ({
      direction: 'request' as const,
      match: [{ offset: 0, bytes }],
    })),
  ],
  confirm: beginsLine,
};
