import type { Endpoint } from '../contracts/exchange.js';
import { formatAddress } from './address.js';
import type { IpDatagram } from './ip-header.js';

/** A conversation between two ends, in either direction. */
export interface Flow {
  /** Nothing more will come: the entry only keeps late packets from opening another flow. */
  readonly closed: boolean;
  /** Time of its newest packet, nanoseconds of the capture's clock. */
  readonly lastAt: number;
}

/** A flow, and which end of it sent the packet at hand. */
export interface Place<T extends Flow> {
  readonly flow: T;
  /** 0 for the local end of the flow, 1 for the other. */
  readonly from: 0 | 1;
}

interface Entry<T extends Flow> {
  readonly flow: T;
  readonly keys: readonly [string, string];
}

/** How many flows are looked at to find one that can go. */
const SEARCH = 64;

/** The flows of a capture by the addresses and ports of their packets; holds a bounded number of them. */
export class FlowTable<T extends Flow> {
  readonly #places = new Map<string, Place<T>>();
  /** In the order in which they get their turn to be evicted. */
  readonly #entries = new Map<string, Entry<T>>();
  readonly #limit: number;
  readonly #idle: number;
  readonly #onEvict: (flow: T) => void;

  /**
   * @param limit most flows held.
   * @param idle a flow that was silent for so long (nanoseconds) may go first.
   * @param onEvict told of a flow that had to go.
   */
  constructor(limit: number, idle: number, onEvict: (flow: T) => void) {
    this.#limit = limit;
    this.#idle = idle;
    this.#onEvict = onEvict;
  }

  get(key: string): Place<T> | undefined {
    return this.#places.get(key);
  }

  /** All flows. */
  *flows(): Generator<T> {
    for (const { flow } of this.#entries.values()) yield flow;
  }

  /**
   * Adds a flow, in place of one with the same keys.
   *
   * @param key of packets of the end `from`, as is `reverse` of the other's.
   */
  add(flow: T, key: string, reverse: string, from: 0 | 1, at: number): Place<T> {
    const keys = from === 0 ? ([key, reverse] as const) : ([reverse, key] as const);
    this.#entries.delete(keys[1]);
    if (!this.#entries.delete(keys[0]) && this.#entries.size >= this.#limit) this.#evict(at);
    const place: Place<T> = { flow, from };
    this.#entries.set(keys[0], { flow, keys });
    this.#places.set(reverse, { flow, from: from === 0 ? 1 : 0 });
    this.#places.set(key, place);
    return place;
  }

  /** Second chance: active flows at the old end go to the back of the queue; if all are active, the first one goes. */
  #evict(now: number): void {
    let victim: Entry<T> | undefined;
    let searched = 0;
    for (const [key, entry] of this.#entries) {
      if (entry.flow.closed || now - entry.flow.lastAt > this.#idle) {
        victim = entry;
        break;
      }
      victim ??= entry;
      if (++searched >= SEARCH) break;
      if (entry !== victim) {
        this.#entries.delete(key);
        this.#entries.set(key, entry);
      }
    }
    if (!victim) return;
    this.#entries.delete(victim.keys[0]);
    for (const key of victim.keys) this.#places.delete(key);
    this.#onEvict(victim.flow);
  }
}

/** The key of packets that go the same way as this one, or the opposite way. */
export function flowKey(datagram: IpDatagram, sourcePort: number, destinationPort: number, reverse: boolean): string {
  const { bytes, addresses, addressBytes } = datagram;
  if (!reverse) {
    const both = bytes.toString('latin1', addresses, addresses + 2 * addressBytes);
    return both + String.fromCharCode(sourcePort, destinationPort);
  }
  const source = bytes.toString('latin1', addresses, addresses + addressBytes);
  const destination = bytes.toString('latin1', addresses + addressBytes, addresses + 2 * addressBytes);
  return destination + source + String.fromCharCode(destinationPort, sourcePort);
}

/** Source (0) or destination (1) of a datagram. */
export function endpointOf(datagram: IpDatagram, which: 0 | 1, port: number): Endpoint {
  const { bytes, addresses, addressBytes } = datagram;
  return { address: formatAddress(bytes, addresses + which * addressBytes, addressBytes), port };
}
