import type { Clock, FlowIdentityPlane, FlowTuple } from '../contracts/index.js';
import type { Connection } from './connection.js';
import type { ExchangeRecord } from './exchange-record.js';

/** How long an exchange waits for a mapping that may still come, in nanoseconds since its request. */
const PATIENCE = 100e6;
/** Most exchanges that wait; beyond them the oldest goes on as it is. */
const MAX_WAITING = 4096;

interface Waiting {
  readonly record: ExchangeRecord;
  readonly failure: string | null;
}

/**
 * Completes exchanges with who is really at the other end, as the flow-identity plane knows it. A TCP connection is
 * looked up once; then it costs its exchanges nothing. Where a mapping may still come, the exchange waits for it a moment,
 * and those of the same connection behind it.
 */
export class Peers {
  /** Exchanges that went on without a mapping because too many waited. */
  overflow = 0;
  readonly #plane: FlowIdentityPlane;
  readonly #clock: Clock;
  readonly #proceed: (record: ExchangeRecord, failure: string | null) => void;
  #waiting: Waiting[] = [];
  readonly #held = new Map<Connection, number>();

  /** @param proceed - takes each exchange once its peer is settled */
  constructor(
    plane: FlowIdentityPlane,
    clock: Clock,
    proceed: (record: ExchangeRecord, failure: string | null) => void,
  ) {
    this.#plane = plane;
    this.#clock = clock;
    this.#proceed = proceed;
  }

  /** Exchanges that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Hands the exchange on, now or when its peer is known. */
  submit(record: ExchangeRecord, failure: string | null): void {
    const { connection } = record;
    if (!connection.settled && this.#plane.active) {
      if (this.#held.has(connection) || !this.#settle(record)) {
        this.#hold(record, failure);
        return;
      }
    }
    this.#proceed(record, failure);
  }

  /** Looks again for those that wait, and lets go those that have waited long enough. Call it every 50 ms or so. */
  release(all = false): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#held.clear();
    for (const { record, failure } of waiting) {
      const { connection } = record;
      const settled = connection.settled || (!this.#held.has(connection) && this.#settle(record));
      if (settled || all) this.#proceed(record, failure);
      else this.#hold(record, failure);
    }
  }

  /** Looks the peer up. Returns false if a mapping may still come. */
  #settle(record: ExchangeRecord): boolean {
    const { connection } = record;
    const tuple = tupleOf(connection);
    if (tuple === null) {
      connection.settled = connection.transport === 'unix';
      return true;
    }
    const identity = this.#plane.resolve(tuple, record.requestStart);
    if (identity !== null) {
      connection.peer = connection.role === 'client' ? identity.server : identity.client;
      connection.virtual = identity.virtual;
    } else {
      // An answer has passed all translation on its way, and a prompt plane has been told.
      const known = this.#plane.prompt && record.response !== null;
      if (!known && this.#clock.now() - record.requestStart < PATIENCE) return false;
      connection.peer = connection.virtual = null;
    }
    // A datagram socket outlives its translation; a connection doesn't.
    connection.settled = connection.transport === 'tcp';
    return true;
  }

  #hold(record: ExchangeRecord, failure: string | null): void {
    const { connection } = record;
    this.#waiting.push({ record, failure });
    this.#held.set(connection, (this.#held.get(connection) ?? 0) + 1);
    if (this.#waiting.length <= MAX_WAITING) return;
    const oldest = this.#waiting.shift()!;
    const left = this.#held.get(oldest.record.connection)! - 1;
    if (left > 0) this.#held.set(oldest.record.connection, left);
    else this.#held.delete(oldest.record.connection);
    this.overflow++;
    this.#proceed(oldest.record, oldest.failure);
  }
}

function tupleOf({ transport, client, server, netns, observed }: Connection): FlowTuple | null {
  if (transport === 'unix' || !observed || client?.port == null || server?.port == null) return null;
  return { transport, client: client as FlowTuple['client'], server: server as FlowTuple['server'], netns };
}
