import type {
  Chunk,
  Clock,
  ConnectionHandle,
  ConnectionInfo,
  ConnectionSink,
  Exchange,
  FlowIdentityPlane,
  ProcessInfo,
  Protocol,
  Redactor,
} from '../contracts/index.js';
import { Connection } from './connection.js';
import { FlowCounters, type FlowStats } from './counters.js';
import type { ExchangeRecord } from './exchange-record.js';
import { Identifier } from './identify.js';
import { Peers } from './peers.js';
import { Window } from './window.js';

/** What a pipeline works with. */
export interface PipelineOptions {
  protocols: readonly Protocol[];
  clock: Clock;
  redactor: Redactor;
  /** Called for each exchange, in the order in which they complete. */
  onExchange(exchange: Exchange): void;
  /** Name and container of a process; cached by the caller, since it is asked for each exchange. */
  processOf?(pid: number): Omit<ProcessInfo, 'pid' | 'tid'> | null;
  /** Protocols by server port, in place of recognition. @default none */
  assigned?: ReadonlyMap<number, Protocol>;
  /** Who is really behind an address. @default nobody knows */
  flows?: FlowIdentityPlane;
}

/**
 * From socket data to exchanges: recognition, streams with gaps, parsers, pairing. It does no input or output and keeps
 * no timer: its owner calls `tick` about once a second, and `flush` at the end.
 */
export class Pipeline implements ConnectionSink {
  readonly clock: Clock;
  readonly redactor: Redactor;
  readonly identifier: Identifier;
  readonly counters = new FlowCounters();
  /** Shared by all streams: it is lent for one call at a time. */
  readonly window = new Window();
  /** Time of the newest chunk, nanoseconds of the source's clock. */
  lastAt = 0;

  readonly #protocols = new Map<string, Protocol>();
  readonly #connections = new Set<Connection>();
  readonly #onExchange: (exchange: Exchange) => void;
  readonly #processOf: PipelineOptions['processOf'];
  readonly #peers: Peers | null;

  constructor(options: PipelineOptions) {
    this.clock = options.clock;
    this.redactor = options.redactor;
    this.identifier = new Identifier(options.protocols, options.assigned);
    for (const protocol of options.protocols) this.#protocols.set(protocol.name, protocol);
    this.#onExchange = options.onExchange;
    this.#processOf = options.processOf;
    const complete = (record: ExchangeRecord, failure: string | null) => this.#complete(record, failure);
    this.#peers = options.flows === undefined ? null : new Peers(options.flows, options.clock, complete);
  }

  /** A protocol by its name, or null if the pipeline doesn't have it. */
  protocol(name: string): Protocol | null {
    return this.#protocols.get(name) ?? null;
  }

  open(info: ConnectionInfo): ConnectionHandle {
    const connection = new Connection(this, info);
    this.#connections.add(connection);
    this.counters.connections++;
    return connection;
  }

  update(connection: ConnectionHandle, info: Partial<ConnectionInfo>): void {
    (connection as Connection).update(info);
  }

  data(connection: ConnectionHandle, chunk: Chunk): void {
    this.counters.chunks++;
    this.counters.bytes += chunk.length;
    if (chunk.at > this.lastAt) this.lastAt = chunk.at;
    (connection as Connection).data(chunk);
  }

  close(connection: ConnectionHandle, at: number, outgoing?: boolean): void {
    if (outgoing !== undefined) {
      (connection as Connection).endDirection(outgoing, at);
      return;
    }
    if (!this.#connections.delete(connection as Connection)) return;
    (connection as Connection).close(at, 'closed');
  }

  /** Reports requests that have waited too long. Call it about once a second. */
  tick(now: number): void {
    for (const connection of this.#connections) connection.expire(now);
    this.releaseHeld();
  }

  /** Hands on exchanges that wait for their peer's address, where it is known now or won't come. Call it every 50 ms. */
  releaseHeld(): void {
    this.#peers?.release();
  }

  /** The source has ended: reports what can be told of requests that still wait. */
  flush(): void {
    for (const connection of this.#connections) connection.close(this.lastAt, 'in-flight');
    this.#connections.clear();
    this.#peers?.release(true);
  }

  /** Hands an exchange on, when it is known who is at the other end. */
  report(record: ExchangeRecord, failure: string | null): void {
    if (this.#peers === null) this.#complete(record, failure);
    else this.#peers.submit(record, failure);
  }

  #complete(record: ExchangeRecord, failure: string | null): void {
    const { pid, peer, virtual } = record.connection;
    record.peer = peer;
    record.virtual = virtual;
    if (pid !== 0 && record.connection.observed) {
      const known = this.#processOf?.(pid);
      record.process = {
        pid,
        tid: record.requestTid || pid,
        name: known?.name ?? null,
        container: known?.container ?? null,
        service: known?.service ?? null,
        pod: known?.pod ?? null,
      };
    }
    try {
      record.describe(failure);
    } catch {
      this.counters.parserFaults++;
      record.name = record.protocol;
      record.error ??= failure;
    }
    this.counters.exchanges.add(record.protocol);
    this.#onExchange(record);
  }

  countParseError(protocol: string, reason: string): void {
    this.counters.parseErrors.add(protocol);
    this.counters.parseErrorReasons.add(`${protocol}: ${reason}`);
  }

  stats(): FlowStats {
    const c = this.counters;
    return {
      connections: c.connections,
      openConnections: this.#connections.size,
      chunks: c.chunks,
      bytes: c.bytes,
      uncapturedBytes: c.uncapturedBytes,
      gaps: c.gaps,
      gapBytes: c.gapBytes,
      lateChunks: c.lateChunks,
      unrecognisedChunks: c.unrecognisedChunks,
      desyncs: c.desyncs,
      resyncs: c.resyncs,
      parserFaults: c.parserFaults,
      exchanges: c.exchanges.toObject(),
      parseErrors: c.parseErrors.toObject(),
      unreadBytes: c.unreadBytes.toObject(),
      parseErrorReasons: c.parseErrorReasons.toObject(),
      unmatched: c.unmatched.toObject(),
    };
  }
}
