/** Most names of a tally; counts of others go to {@link OTHERS}. */
const MAX_NAMES = 1024;
const OTHERS = 'other';

/** Counts by name. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string, count = 1): void {
    if (this.#counts.size >= MAX_NAMES && !this.#counts.has(name)) name = OTHERS;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  get(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }

  toObject(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}

/** Why a message found no partner, or a pair was not reported. */
export type UnmatchedReason =
  /** A response whose request was never seen. */
  | 'response-without-request'
  /** A request that waited longer than its protocol's timeout. */
  | 'timeout'
  /** A request whose connection closed before the response. */
  | 'closed'
  /** A request still waiting when the source ended. */
  | 'in-flight'
  /** Bytes were lost, so that nobody can tell which response belongs to it. */
  | 'gap'
  /** Two pairings were possible after bytes were lost; none was reported. */
  | 'ambiguous'
  /** The parser gave the request up: a reset stream, a cancelled query. */
  | 'abandoned'
  /** More requests waited than the protocol allows. */
  | 'overflow';

/** What the pipeline counts: everything that it could not turn into an exchange has a name here. */
export class FlowCounters {
  connections = 0;
  chunks = 0;
  bytes = 0;
  /** Bytes that never reached a parser: lost events, or the part of a chunk beyond the captured prefix. */
  uncapturedBytes = 0;
  /** Holes in a stream because an event was lost. */
  gaps = 0;
  gapBytes = 0;
  /** Chunks that came after later ones of the same stream and could not be used. */
  lateChunks = 0;
  /** Chunks of connections whose protocol nobody recognised. */
  unrecognisedChunks = 0;
  /** Times a stream lost its place, and found it again. */
  desyncs = 0;
  resyncs = 0;
  /** Faults in plugin code: a thrown error that isn't `fail`. */
  parserFaults = 0;
  /** Bytes that no parser read and none could step over: holes, and what came before the next boundary. */
  readonly unreadBytes = new Tally();
  readonly exchanges = new Tally();
  readonly parseErrors = new Tally();
  readonly parseErrorReasons = new Tally();
  readonly unmatched = new Tally();
}

/** Plain form of the counters. */
export interface FlowStats {
  connections: number;
  openConnections: number;
  chunks: number;
  bytes: number;
  uncapturedBytes: number;
  gaps: number;
  gapBytes: number;
  lateChunks: number;
  unrecognisedChunks: number;
  desyncs: number;
  resyncs: number;
  parserFaults: number;
  /** By protocol: bytes that no parser read and none could step over. */
  unreadBytes: Record<string, number>;
  /** By protocol. */
  exchanges: Record<string, number>;
  /** By protocol. */
  parseErrors: Record<string, number>;
  /** By `protocol: reason`. */
  parseErrorReasons: Record<string, number>;
  /** By {@link UnmatchedReason}. */
  unmatched: Record<string, number>;
}
