import type { Exchange } from '@sonde/core';

/** Where the messages of an exchange begin in their directions, and all that the plugin says of it, without times. */
export interface Digest {
  /** Position of the request's first byte in the client's stream. */
  request: number;
  /** Position of the response's first byte in the server's stream, or null without a response. */
  response: number | null;
  /** JSON of all that is reported. */
  text: string;
}

/** Reads everything of an exchange now: messages, description, attributes, sizes. */
export function digest(exchange: Exchange): Digest {
  const { requestTiming, responseTiming, response } = exchange;
  const all = {
    ...{ protocol: exchange.protocol, name: exchange.name, status: exchange.status, error: exchange.error },
    request: exchange.request,
    response,
    bytes: [requestTiming.bytes, responseTiming?.bytes ?? null],
    at: [requestTiming.sequence, responseTiming?.sequence ?? null],
    attributes: withoutPorts(exchange.attributes),
  };
  return {
    request: requestTiming.sequence,
    response: responseTiming?.sequence ?? null,
    text: JSON.stringify(all, (_, value) => (typeof value === 'bigint' ? `${value}n` : value)),
  };
}

/** The client's port differs from connection to connection. */
function withoutPorts(attributes: Exchange['attributes']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !name.endsWith('.port')));
}

/** The first difference of two accounts of the same conversation, in words, or null. */
export function difference(expected: readonly Digest[], actual: readonly Digest[]): string | null {
  for (const [index, { text }] of expected.entries()) {
    const other = actual[index]?.text ?? 'nothing';
    if (other !== text) return `exchange ${index + 1} is ${shorten(other)} in place of ${shorten(text)}`;
  }
  return actual.length > expected.length ? `one more exchange: ${shorten(actual[expected.length]!.text)}` : null;
}

/** A text for a report: at most 300 characters. */
export function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 297)}...` : text;
}
