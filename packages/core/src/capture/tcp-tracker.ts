import type { ConnectionInfo, ConnectionSink } from '../contracts/connection.js';
import { ByteBudget } from '../flow/byte-budget.js';
import { emptyChunk } from './chunk.js';
import { endpointOf, FlowTable, flowKey, type Place } from './flow-table.js';
import type { IpDatagram } from './ip-header.js';
import { TcpConnection, type TcpShared } from './tcp-connection.js';
import { emptyCounters, type TcpCounters } from './tcp-counters.js';
import { emptySegment, readTcpSegment, TcpFlag, type TcpSegment } from './tcp-segment.js';

/** A connection that was silent for so long goes before others do. */
const IDLE = 60e9;

/** Finds the connection of each TCP segment, and tells when the same ports carry another connection. */
export class TcpTracker {
  readonly counters: TcpCounters = emptyCounters();
  readonly #shared: TcpShared;
  readonly #table: FlowTable<TcpConnection>;
  readonly #held: ByteBudget<TcpConnection>;
  readonly #segment = emptySegment();

  /**
   * @param maxConnections most connections followed at once.
   * @param maxHeldBytes beyond it, the connection that has waited longest for missing bytes goes on without them.
   */
  constructor(connections: ConnectionSink, maxConnections: number, maxHeldBytes: number) {
    this.#shared = { connections, counters: this.counters, chunk: emptyChunk() };
    this.#table = new FlowTable(maxConnections, IDLE, (connection) => {
      if (!connection.closed) this.counters.evicted++;
      connection.finish(connection.lastAt);
      this.#held.settle(connection, 0);
    });
    this.#held = new ByteBudget(maxHeldBytes, (connection) => {
      this.counters.givenUp++;
      connection.flush();
    });
  }

  /** Takes a datagram that holds TCP. Returns false if it is malformed. */
  receive(datagram: IpDatagram, at: number): boolean {
    const segment = this.#segment;
    if (!readTcpSegment(segment, datagram, at)) return false;
    const key = flowKey(datagram, segment.sourcePort, segment.destinationPort, false);
    let place = this.#table.get(key);
    if (place && isAnother(place, segment)) {
      place.flow.finish(at);
      this.#held.settle(place.flow, 0);
      place = undefined;
    }
    if (!place) {
      // The reset of a connection that was never seen tells nothing.
      if ((segment.flags & TcpFlag.rst) !== 0) return true;
      place = this.#open(key, datagram, segment);
    }
    const { flow } = place;
    const before = heldBytes(flow);
    flow.receive(segment, place.from);
    const after = heldBytes(flow);
    if (after !== before) this.#held.settle(flow, after);
    return true;
  }

  /** Delivers what waits in all connections: the capture has ended. */
  flush(): void {
    for (const connection of this.#table.flows()) connection.flush();
  }

  #open(key: string, datagram: IpDatagram, segment: TcpSegment): Place<TcpConnection> {
    this.counters.connections++;
    const syn = (segment.flags & TcpFlag.syn) !== 0;
    const answers = syn && (segment.flags & TcpFlag.ack) !== 0;
    const source = endpointOf(datagram, 0, segment.sourcePort);
    const destination = endpointOf(datagram, 1, segment.destinationPort);
    const info: ConnectionInfo = {
      transport: 'tcp',
      role: syn ? 'client' : null,
      observed: false,
      local: answers ? destination : source,
      remote: answers ? source : destination,
      pid: 0,
      fromStart: syn,
      protocol: null,
    };
    const reverse = flowKey(datagram, segment.sourcePort, segment.destinationPort, true);
    return this.#table.add(new TcpConnection(this.#shared, info), key, reverse, answers ? 1 : 0, segment.at);
  }
}

function heldBytes({ directions }: TcpConnection): number {
  return directions[0].heldBytes + directions[1].heldBytes;
}

/** Whether a segment can't belong to the connection that was last seen on its ports. */
function isAnother({ flow, from }: Place<TcpConnection>, segment: TcpSegment): boolean {
  const sender = flow.directions[from];
  if ((segment.flags & TcpFlag.syn) !== 0) {
    // A SYN sent again has the same number. One that answers may come as the first that was captured of its direction.
    if (sender.initial >= 0) return sender.initial !== segment.sequence;
    return sender.synchronised || flow.closed || (segment.flags & TcpFlag.ack) === 0;
  }
  return segment.length > 0 && !sender.isPlausible(segment.sequence);
}
