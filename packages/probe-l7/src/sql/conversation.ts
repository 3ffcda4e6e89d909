import { type Chunk, type Exchange, Pipeline, type Protocol, type Redactor } from '@sonde/core';

/** What a test knows of an exchange. */
export interface Seen {
  operation: string | null | undefined;
  resource: string | null | undefined;
  status: string | number | null;
  error: string | null;
  request: Record<string, unknown>;
  response: Record<string, unknown> | null;
}

/** How a conversation is held. */
export interface ConversationOptions {
  /** @default true */
  fromStart?: boolean;
  /** Recognise the protocol by its rules in place of being told. @default false */
  recognise?: boolean;
  /** @default a redactor that masks nothing */
  redact?: Redactor;
}

/** How a piece is delivered. */
export interface PieceOptions {
  /** Bytes that the source captured of it. @default all */
  captured?: number;
  /** The piece never reaches the pipeline. */
  lost?: boolean;
  /** Cut into pieces of so many bytes. @default whole */
  cut?: number;
}

const plain: Redactor = {
  enabled: false,
  sql: (text) => text,
  url: (text) => text,
  header: (_name, value) => value,
  value: (text) => text,
};

/** For tests: one connection of a client and a server through a real pipeline, one millisecond for each piece. */
export class Conversation {
  readonly pipeline: Pipeline;
  readonly exchanges: Exchange[] = [];
  readonly #connection;
  readonly #positions = { client: 0, server: 0 };
  #time = 1e9;

  constructor(protocol: Protocol, options: ConversationOptions = {}) {
    this.pipeline = new Pipeline({
      protocols: [protocol],
      clock: { now: () => this.#time, toUnixNano: (at) => BigInt(at) },
      redactor: options.redact ?? plain,
      onExchange: (exchange) => this.exchanges.push(exchange),
      assigned: new Map(options.recognise ? [] : [[7000, protocol]]),
    });
    this.#connection = this.pipeline.open({
      transport: 'tcp',
      role: options.recognise ? null : 'client',
      observed: false,
      local: { address: '10.0.0.1', port: 40_000 },
      remote: { address: '10.0.0.2', port: 7000 },
      pid: 0,
      fromStart: options.fromStart ?? true,
      protocol: null,
    });
  }

  client(bytes: Uint8Array, options?: PieceOptions): this {
    return this.#send('client', bytes, options);
  }

  server(bytes: Uint8Array, options?: PieceOptions): this {
    return this.#send('server', bytes, options);
  }

  /** Lets two seconds pass without a byte. */
  silence(): this {
    this.#time += 2e9;
    this.pipeline.tick(this.#time);
    return this;
  }

  /** Ends the connection; returns all exchanges. */
  close(): Seen[] {
    this.pipeline.close(this.#connection, this.#time);
    return this.seen;
  }

  /** Ends the source; returns all exchanges. */
  flush(): Seen[] {
    this.pipeline.flush();
    return this.seen;
  }

  get seen(): Seen[] {
    return this.exchanges.map((exchange) => ({
      operation: exchange.request.operation,
      resource: exchange.request.resource,
      status: exchange.status,
      error: exchange.error,
      request: fieldsOf(exchange.request),
      response: exchange.response === null ? null : fieldsOf(exchange.response),
    }));
  }

  #send(from: 'client' | 'server', bytes: Uint8Array, options: PieceOptions = {}): this {
    const step = options.cut ?? bytes.length;
    for (let at = 0; at < bytes.length; at += step) this.#piece(from, bytes.subarray(at, at + step), options);
    return this;
  }

  #piece(from: 'client' | 'server', piece: Uint8Array, { captured, lost }: PieceOptions): void {
    const position = this.#positions[from];
    this.#positions[from] += piece.length;
    this.#time += 1e6;
    if (lost) return;
    const bytes = Uint8Array.from(piece);
    const chunk: Chunk = {
      outgoing: from === 'client',
      position,
      length: bytes.length,
      bytes,
      view: new DataView(bytes.buffer),
      start: 0,
      end: Math.min(bytes.length, captured ?? bytes.length),
      at: this.#time,
      pid: 0,
      tid: 0,
      unit: 0,
      sequence: position + 1000,
    };
    this.pipeline.data(this.#connection, chunk);
    bytes.fill(0xee); // chunks are leased
  }
}

/** Own fields that are printed: neither pairing's nor undefined ones. */
function fieldsOf(message: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(message).filter(([name, value]) => name !== 'kind' && value !== undefined && value !== null),
  );
}
