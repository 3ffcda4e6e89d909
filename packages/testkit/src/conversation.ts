import {
  type Chunk,
  type Clock,
  createRedactor,
  type Exchange,
  type FlowStats,
  Pipeline,
  type Protocol,
} from '@sonde/core';
import type { Sample } from './sample.js';

const SERVER_PORT = 9999;
const MARGIN = 5;

/** How conversations are played. */
export interface PlayOptions {
  protocols: readonly Protocol[];
  /** Protocol that the connection speaks, whatever its bytes look like. @default recognised by the rules */
  pinned?: Protocol;
  transport?: Sample['transport'];
  /** @default 9999, which is nobody's */
  serverPort?: number;
  /** False for a connection that is joined in its middle, by somebody who knows neither end's role. @default true */
  fromStart?: boolean;
  /** What happens to the memory of a chunk as soon as the call is over. @default true */
  overwrite?: boolean;
}

/** Plays one or more connections to the pipeline that agents use, each chunk in memory of its own. */
export class Conversation {
  readonly exchanges: Exchange[] = [];
  /** Nanoseconds; each chunk comes a microsecond after the one before. */
  time = 1_000_000;
  readonly #pipeline: Pipeline;
  readonly #options: PlayOptions;
  readonly #connections: { handle: ReturnType<Pipeline['open']>; sent: number; received: number }[] = [];

  constructor(options: PlayOptions, connections = 1) {
    this.#options = options;
    const clock: Clock = { now: () => this.time, toUnixNano: (at) => BigInt(at) };
    this.#pipeline = new Pipeline({
      protocols: options.protocols,
      clock,
      redactor: createRedactor(true),
      onExchange: (exchange) => this.exchanges.push(exchange),
      assigned:
        options.pinned === undefined ? new Map() : new Map([[options.serverPort ?? SERVER_PORT, options.pinned]]),
    });
    for (let index = 0; index < connections; index++) this.#open(40_000 + index);
  }

  /** Bytes that one side sends. @param connection which one @default the first */
  say(fromClient: boolean, source: Uint8Array, connection = 0): this {
    const state = this.#connections[connection]!;
    const position = fromClient ? state.sent : state.received;
    this.time += 1000;
    const bytes = new Uint8Array(source.length + 2 * MARGIN).fill(0xee);
    bytes.set(source, MARGIN);
    const chunk: Chunk = {
      outgoing: fromClient,
      ...{ position, length: source.length, bytes, view: new DataView(bytes.buffer), at: this.time },
      ...{ start: MARGIN, end: MARGIN + source.length, pid: 1, tid: 1, unit: 0, sequence: position },
    };
    this.miss(fromClient, source.length, connection);
    this.#pipeline.data(state.handle, chunk);
    if (this.#options.overwrite ?? true) bytes.fill(0xdd);
    return this;
  }

  /** Bytes go by that nobody saw. */
  miss(fromClient: boolean, count: number, connection = 0): this {
    const state = this.#connections[connection]!;
    if (fromClient) state.sent += count;
    else state.received += count;
    return this;
  }

  /** Closes all connections; gives all exchanges. */
  close(): Exchange[] {
    for (const { handle } of this.#connections) this.#pipeline.close(handle, this.time);
    this.#pipeline.flush();
    return this.exchanges;
  }

  /** What the pipeline counted. */
  get stats(): FlowStats {
    return this.#pipeline.stats();
  }

  #open(port: number): void {
    const whole = this.#options.fromStart ?? true;
    const handle = this.#pipeline.open({
      transport: this.#options.transport ?? 'tcp',
      role: whole ? 'client' : null,
      observed: true,
      local: { address: '10.0.0.2', port },
      remote: { address: '10.0.0.1', port: this.#options.serverPort ?? SERVER_PORT },
      ...{ pid: 1, fromStart: whole, protocol: null },
    });
    this.#connections.push({ handle, sent: 0, received: 0 });
  }
}
