import type { FlowIdentity, FlowIdentityPlane, FlowTuple } from '../contracts/index.js';
import { LruMap } from '../identity/lru.js';

/** Most tuples that are remembered. */
const CAPACITY = 65_536;
/** Most generations of one tuple: a reused port is looked up at the time of the exchange. */
const GENERATIONS = 4;

interface Mapping {
  identity: FlowIdentity;
  from: number;
  until: number;
}

/** Who is really behind an address: the meeting place of probes that know and probes that ask. */
export class FlowPlane implements FlowIdentityPlane {
  readonly #mappings = new LruMap<string, Mapping[]>(CAPACITY);
  #writers = 0;

  get active(): boolean {
    return this.#writers > 0;
  }

  resolve(tuple: FlowTuple, at: number): FlowIdentity | null {
    return this.#find(tuple, at) ?? (tuple.netns === 0 ? null : this.#find({ ...tuple, netns: 0 }, at));
  }

  learn(tuple: FlowTuple, identity: FlowIdentity, from: number): void {
    const key = keyOf(tuple);
    const mappings = this.#mappings.get(key) ?? [];
    const last = mappings.at(-1);
    if (last !== undefined && last.until > from) last.until = from;
    mappings.push({ identity, from, until: Number.POSITIVE_INFINITY });
    if (mappings.length > GENERATIONS) mappings.shift();
    this.#mappings.set(key, mappings);
  }

  forget(tuple: FlowTuple, at: number): void {
    const last = this.#mappings.peek(keyOf(tuple))?.at(-1);
    if (last !== undefined && last.until > at) last.until = at;
  }

  provide(): () => void {
    let writing = true;
    this.#writers++;
    return () => {
      if (writing) this.#writers--;
      writing = false;
    };
  }

  /** Tuples that are remembered. */
  get size(): number {
    return this.#mappings.size;
  }

  #find(tuple: FlowTuple, at: number): FlowIdentity | null {
    const mappings = this.#mappings.get(keyOf(tuple));
    for (let index = (mappings?.length ?? 0) - 1; index >= 0; index--) {
      const { identity, from, until } = mappings![index]!;
      if (from <= at && at <= until) return identity;
    }
    return null;
  }
}

function keyOf({ transport, client, server, netns }: FlowTuple): string {
  return `${transport} ${client.address} ${client.port} ${server.address} ${server.port} ${netns}`;
}
