import { Fifo } from '../collections/fifo.js';
import { LruMap } from '../collections/lru-map.js';
import type { FlowIdentity, FlowIdentityPlane, FlowTuple, FlowWriter } from '../contracts/index.js';

/** Most mappings that are remembered. */
const CAPACITY = 131_072;
/** Most mappings of one tuple: its generations, for a reused port is looked up at the time of the exchange, and namespaces. */
const PER_TUPLE = 64;
/**
 * Nanoseconds for which an ended mapping is kept, counted from the newest exchange that asked: whoever asks may be far
 * behind, and a connection's exchanges complete at its end at the latest.
 */
const KEPT = 10e9;
/** Nanoseconds that those who ask are believed to be behind at most; their own rings are full long before. */
const BEHIND = 60e9;
/** Ended mappings that may go for each tuple that is learnt: a flow brings three at most. */
const TIDIED = 8;
/** What a socket that is bound to no address has for one. */
const UNBOUND = new Set(['0.0.0.0', '::']);

interface Mapping {
  key: string;
  /** Whose it is: of the mappings of one owner, a new one ends the old. */
  netns: number;
  client: string;
  server: string;
  identity: FlowIdentity;
  from: number;
  until: number;
}

/** Who is really behind an address: the meeting place of probes that know and probes that ask. */
export class FlowPlane implements FlowIdentityPlane {
  readonly #mappings = new LruMap<string, Mapping[]>(Number.POSITIVE_INFINITY);
  /** In the order of their ends, about. Some may be gone already. */
  readonly #ended = new Fifo<Mapping>();
  #count = 0;
  #askedAt = 0;
  readonly #writers = new Set<{ readonly writer: FlowWriter | undefined }>();
  #slow = 0;

  get active(): boolean {
    return this.#writers.size > 0;
  }

  get prompt(): boolean {
    return this.#slow === 0;
  }

  resolve(tuple: FlowTuple, at: number): FlowIdentity | null {
    for (const { writer } of this.#writers) writer?.catchUp();
    if (at > this.#askedAt) this.#askedAt = at;
    const mappings = this.#mappings.get(keyOf(tuple));
    if (mappings === undefined) return null;
    return find(mappings, at, tuple.netns) ?? find(mappings, at, 0) ?? find(mappings, at, null);
  }

  learn(tuple: FlowTuple, identity: FlowIdentity, from: number): void {
    this.#tidy(from);
    for (const key of keysOf(tuple)) this.#learn(key, tuple, identity, from);
  }

  forget(tuple: FlowTuple, at: number): void {
    for (const key of keysOf(tuple)) this.#end(this.#mappings.peek(key), tuple, at);
  }

  provide(writer?: FlowWriter): () => void {
    const entry = { writer };
    this.#writers.add(entry);
    if (writer === undefined) this.#slow++;
    return () => {
      if (this.#writers.delete(entry) && writer === undefined) this.#slow--;
    };
  }

  /** Mappings that are remembered; those of UDP count three times. */
  get size(): number {
    return this.#count;
  }

  #horizon(now: number): number {
    if (this.#askedAt === 0) return now - KEPT;
    return Math.min(now, Math.max(this.#askedAt, now - BEHIND)) - KEPT;
  }

  /** A few of those that have ended go when nobody can ask for them any more, and others if there is no room. */
  #tidy(now: number): void {
    const horizon = this.#horizon(now);
    for (let left = TIDIED; left > 0 && this.#ended.length > 0; left--) {
      if (this.#ended.first!.until >= horizon && this.#ended.length < CAPACITY) break;
      this.#remove(this.#ended.shift()!);
    }
    while (this.#count >= CAPACITY) {
      const ended = this.#ended.shift();
      if (ended === undefined) this.#count -= this.#mappings.forgetOldest()?.length ?? this.#count;
      else this.#remove(ended);
    }
  }

  #remove(mapping: Mapping): void {
    const mappings = this.#mappings.peek(mapping.key);
    const index = mappings?.indexOf(mapping) ?? -1;
    if (index < 0) return;
    this.#count--;
    if (mappings!.length === 1) this.#mappings.delete(mapping.key);
    else mappings!.splice(index, 1);
  }

  #learn(key: string, tuple: FlowTuple, identity: FlowIdentity, from: number): void {
    const { netns, client, server } = tuple;
    const until = Number.POSITIVE_INFINITY;
    const mapping: Mapping = { key, netns, client: client.address, server: server.address, identity, from, until };
    this.#count++;
    const mappings = this.#mappings.peek(key);
    if (mappings === undefined) {
      this.#mappings.set(key, [mapping]);
      return;
    }
    this.#end(mappings, tuple, from);
    const horizon = this.#horizon(from);
    while (mappings.length >= PER_TUPLE || (mappings.length > 0 && mappings[0]!.until < horizon)) {
      mappings.shift();
      this.#count--;
    }
    mappings.push(mapping);
  }

  #end(mappings: readonly Mapping[] | undefined, { netns, client, server }: FlowTuple, at: number): void {
    if (mappings === undefined) return;
    for (const mapping of mappings) {
      if (mapping.until <= at || mapping.netns !== netns) continue;
      if (mapping.client !== client.address || mapping.server !== server.address) continue;
      if (mapping.until === Number.POSITIVE_INFINITY) this.#ended.push(mapping);
      mapping.until = at;
    }
  }
}

/**
 * What a namespace says (`null`: all of them), or null if its owners contradict each other, since no answer beats a
 * wrong one.
 */
function find(mappings: readonly Mapping[], at: number, netns: number | null): FlowIdentity | null {
  let found: Mapping | null = null;
  for (let index = mappings.length - 1; index >= 0; index--) {
    const mapping = mappings[index]!;
    if (mapping.from > at || at > mapping.until || (netns !== null && mapping.netns !== netns)) continue;
    if (found === null) found = mapping;
    else if (sameOwner(mapping, found)) continue;
    else if (!same(mapping.identity.server, found.identity.server)) return null;
    else if (!same(mapping.identity.client, found.identity.client)) return null;
  }
  return found?.identity ?? null;
}

function same(one: FlowIdentity['client'], other: FlowIdentity['client']): boolean {
  return one?.address === other?.address && one?.port === other?.port;
}

function sameOwner(one: Mapping, other: Mapping): boolean {
  return one.netns === other.netns && one.client === other.client && one.server === other.server;
}

/** Datagram sockets are often bound to no address: either end is found without it, too. */
function keysOf(tuple: FlowTuple): string[] {
  const { client, server } = tuple;
  if (tuple.transport === 'tcp') return [keyOf(tuple)];
  return [keyOf(tuple), keyOf(tuple, '*', server.address), keyOf(tuple, client.address, '*')];
}

function keyOf(
  { transport, client, server }: FlowTuple,
  from = UNBOUND.has(client.address) ? '*' : client.address,
  to = UNBOUND.has(server.address) ? '*' : server.address,
): string {
  return `${transport} ${from} ${client.port} ${to} ${server.port}`;
}
