import type { Exchange } from '@sonde/core';

/** One write of one side: a TCP segment or a UDP datagram. */
export interface Turn {
  /** True if the client sent it. */
  fromClient: boolean;
  bytes: Uint8Array;
}

/** What an exchange has to look like: fields that aren't named may be anything; objects are compared the same way. */
export type Expectation = Partial<Pick<Exchange, 'name' | 'status' | 'error' | 'protocol'>> & {
  request?: Record<string, unknown>;
  response?: Record<string, unknown> | null;
  attributes?: Record<string, unknown>;
};

/** A recorded conversation: one connection, from its first byte. */
export interface Sample {
  /** Shown in reports: the file's name. */
  name: string;
  transport: 'tcp' | 'udp';
  /** In the order in which they went over the wire. */
  turns: readonly Turn[];
  /** Exchanges that the conversation holds, all of them, in the order in which they end. @default whatever is found */
  exchanges?: readonly Expectation[];
}

/**
 * Makes a sample by hand.
 *
 * @param turns `['client' | 'server', bytes]`; text stands for its latin1 bytes.
 */
export function sample(
  name: string,
  turns: readonly (readonly ['client' | 'server', string | Uint8Array])[],
  more: Partial<Pick<Sample, 'transport' | 'exchanges'>> = {},
): Sample {
  return {
    name,
    transport: 'tcp',
    turns: turns.map(([from, data]) => ({
      fromClient: from === 'client',
      bytes: typeof data === 'string' ? Buffer.from(data, 'latin1') : data,
    })),
    ...more,
  };
}
