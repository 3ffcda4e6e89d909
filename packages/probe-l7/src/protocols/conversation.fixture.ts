import { readFileSync } from 'node:fs';
import { type Chunk, type ConnectionInfo, createRedactor, type Exchange, Pipeline, type Protocol } from '@sonde/core';

/** How a {@link Conversation} begins. */
export interface ConversationOptions extends Partial<ConnectionInfo> {
  /** Whether secrets are masked. @default true */
  mask?: boolean;
  /** Protocols that the pipeline has. */
  protocols: readonly Protocol[];
  /** Protocol of the connection whatever its bytes look like; off to test recognition. @default true for one protocol */
  pinned?: boolean;
}

const SERVER_PORT = 9999;

/** What was said on a connection, in order: `[true, …]` by the client, `[false, …]` by the server. */
export type Script = readonly (readonly [boolean, Uint8Array | string])[];

/** Plays a conversation to the real pipeline: chunk by chunk, in pieces, with parts that nobody captured. */
export class Conversation {
  readonly exchanges: Exchange[] = [];
  readonly pipeline: Pipeline;
  /** Nanoseconds; each chunk is a microsecond after the one before. */
  time = 1_000_000;
  readonly #connection;
  readonly #positions = { request: 0, response: 0 };

  constructor({ mask = true, protocols, pinned = protocols.length === 1, ...info }: ConversationOptions) {
    this.pipeline = new Pipeline({
      protocols,
      clock: { now: () => this.time, toUnixNano: (at) => BigInt(at) },
      redactor: createRedactor(mask),
      onExchange: (exchange) => this.exchanges.push(exchange),
      assigned: pinned ? new Map([[SERVER_PORT, protocols[0]!]]) : new Map(),
    });
    this.#connection = this.pipeline.open({
      transport: 'tcp',
      role: 'client',
      observed: true,
      local: { address: '10.0.0.2', port: 40_000 },
      remote: { address: '10.0.0.1', port: SERVER_PORT },
      pid: 1,
      fromStart: true,
      protocol: null,
      ...info,
    });
  }

  /** The client sends; of the bytes only the first `captured` are seen. */
  client(data: Uint8Array | string, captured?: number): this {
    return this.#say(true, data, captured);
  }

  /** The server sends; of the bytes only the first `captured` are seen. */
  server(data: Uint8Array | string, captured?: number): this {
    return this.#say(false, data, captured);
  }

  /** Bytes go by of which nobody learns. */
  miss(fromClient: boolean, count: number): this {
    this.#positions[fromClient ? 'request' : 'response'] += count;
    return this;
  }

  /** Plays a script, each entry in pieces of `size` bytes at most. */
  play(script: Script, size = Number.POSITIVE_INFINITY): this {
    for (const [fromClient, data] of script) {
      const bytes = toBytes(data);
      for (let at = 0; at < bytes.length; at += size) this.#say(fromClient, bytes.subarray(at, at + size));
    }
    return this;
  }

  /** One direction ends. */
  end(fromClient: boolean): this {
    this.pipeline.close(this.#connection, this.time, fromClient);
    return this;
  }

  /** The connection ends; gives all exchanges. */
  close(): Exchange[] {
    this.pipeline.close(this.#connection, this.time);
    this.pipeline.flush();
    return this.exchanges;
  }

  /** What the pipeline counted. */
  get stats() {
    return this.pipeline.stats();
  }

  #say(fromClient: boolean, data: Uint8Array | string, captured = Number.POSITIVE_INFINITY): this {
    const source = toBytes(data);
    this.time += 1000;
    const direction = fromClient ? 'request' : 'response';
    // Bytes around the chunk that a parser must never look at, and memory that changes as soon as the call is over.
    const bytes = new Uint8Array(source.length + 8).fill(0xee);
    bytes.set(source, 3);
    const chunk: Chunk = {
      outgoing: fromClient,
      position: this.#positions[direction],
      length: source.length,
      bytes,
      view: new DataView(bytes.buffer),
      start: 3,
      end: 3 + Math.min(source.length, captured),
      at: this.time,
      pid: 1,
      tid: 1,
      unit: 0,
      sequence: -1,
    };
    this.#positions[direction] += source.length;
    this.pipeline.data(this.#connection, chunk);
    bytes.fill(0xdd);
    return this;
  }
}

/** What is worth comparing of an exchange: what plugin and pairing say, without times. */
export function summary({ name, status, error, request, response }: Exchange) {
  return { name, status, error, request: { ...request }, response: response === null ? null : { ...response } };
}

/** Bytes of a text, one for each character. */
export function toBytes(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
}

/** A recorded conversation: one JSON object a line, `{"from": "client" | "server", "hex"}` for each chunk (or datagram). */
export function readSample(file: URL): Script {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const { from, hex } = JSON.parse(line) as { from: string; hex: string };
    return [from === 'client', Buffer.from(hex, 'hex')] as const;
  });
}
