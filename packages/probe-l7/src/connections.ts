import type { ConnectionHandle, ConnectionInfo, ConnectionSink } from '@sonde/core';
import type { EventHandlers, LentChunk } from './event-reader.js';
import { HeldChunks } from './held-chunks.js';
import { PeerFlows } from './peer-flows.js';

/** Nanoseconds without data after which a connection is forgotten; the kernel announces it anew should it go on. */
const IDLE = { tcp: 900e9, unix: 300e9, udp: 60e9 } as const;
/** Nanoseconds that are left to read what had arrived before a connection went away. */
const LINGER = 5e9;
/** Nanoseconds between two looks for idle connections. */
const SWEEP = 1e9;

/** What {@link Connections} works with. */
export interface ConnectionsOptions {
  sink: ConnectionSink;
  /** Most connections kept; beyond them the oldest are forgotten. */
  maximum: number;
  /** Nobody can read the connection: the kernel stops sending its bytes, and recognises it anew. */
  reject(cookie: number): void;
  /** The connection is forgotten here: the kernel announces it again before its next data. */
  forget(cookie: number): void;
}

interface Entry {
  readonly info: ConnectionInfo;
  /** Null for datagram sockets with many peers, and once the connection was rejected. */
  handle: ConnectionHandle | null;
  readonly flows: PeerFlows | null;
  /** Chunks that wait for one that they overtook, or null. */
  held: HeldChunks | null;
  /** What was held was held in vain: no more of it until a chunk goes out. */
  impatient: boolean;
  lastAt: number;
  /** Time at which a connection that is gone is closed, or Infinity. */
  until: number;
  outgoingEnded: boolean;
  incomingEnded: boolean;
}

/** From socket cookies to connections of the pipeline; each is freed when it closes, or after it was idle for long. */
export class Connections implements EventHandlers {
  /** Chunks of connections that nobody has announced. */
  unknown = 0;
  /** Connections that were forgotten because there were too many. */
  evicted = 0;
  readonly #options: ConnectionsOptions;
  readonly #entries = new Map<number, Entry>();
  readonly #waiting = new Set<Entry>();
  #lastCookie = -1;
  #lastEntry: Entry | undefined;
  #sweptAt = 0;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** Connections kept. */
  get size(): number {
    return this.#entries.size;
  }

  open(cookie: number, info: ConnectionInfo): void {
    const before = this.#entries.get(cookie);
    if (before) this.#end(cookie, before, before.lastAt);
    if (this.#entries.size >= this.#options.maximum) this.#evict();
    const manyPeers = info.transport === 'udp' && info.remote === null;
    this.#entries.set(cookie, {
      info,
      handle: manyPeers ? null : this.#options.sink.open(info),
      flows: manyPeers ? new PeerFlows(this.#options.sink, info) : null,
      held: null,
      impatient: false,
      lastAt: 0,
      until: Number.POSITIVE_INFINITY,
      outgoingEnded: false,
      incomingEnded: false,
    });
    this.#lastCookie = -1;
  }

  data(cookie: number, chunk: LentChunk): void {
    let entry = this.#lastEntry;
    if (cookie !== this.#lastCookie) {
      entry = this.#entries.get(cookie);
      this.#lastCookie = cookie;
      this.#lastEntry = entry;
    }
    if (entry === undefined) {
      this.unknown++;
      return;
    }
    entry.lastAt = chunk.at;
    if (entry.flows !== null) {
      if (entry.flows.data(chunk)) this.#reject(cookie, entry);
      return;
    }
    if (entry.handle === null) return;
    if (entry.held !== null || chunk.overtakes) this.#reorder(entry, chunk);
    else this.#options.sink.data(entry.handle, chunk);
    if (entry.handle.ignored) this.#reject(cookie, entry);
  }

  close(cookie: number, at: number, outgoing: boolean, incoming: boolean, unread: boolean): void {
    const entry = this.#entries.get(cookie);
    if (entry === undefined) return;
    this.#release(entry);
    if (unread) entry.until = at + LINGER;
    const endsOutgoing = (outgoing || unread) && !entry.outgoingEnded;
    const endsIncoming = incoming && !entry.incomingEnded;
    entry.outgoingEnded ||= endsOutgoing;
    entry.incomingEnded ||= endsIncoming;
    if (entry.outgoingEnded && entry.incomingEnded) {
      this.#end(cookie, entry, at);
      return;
    }
    if (entry.handle === null) return;
    if (endsOutgoing) this.#options.sink.close(entry.handle, at, true);
    if (endsIncoming) this.#options.sink.close(entry.handle, at, false);
  }

  /** After each drain: delivers what was held in vain, and now and then forgets what is idle. @param now - nanoseconds */
  drained(now: number): void {
    for (const entry of this.#waiting) {
      if (entry.held?.stale() === false) continue;
      entry.impatient = true;
      this.#release(entry);
    }
    if (now - this.#sweptAt < SWEEP) return;
    this.#sweptAt = now;
    for (const [cookie, entry] of this.#entries) {
      entry.flows?.sweep(now);
      if (entry.lastAt === 0) entry.lastAt = now;
      if (now >= entry.until) this.#end(cookie, entry, now);
      else if (now - entry.lastAt > IDLE[entry.info.transport]) {
        this.#options.forget(cookie);
        this.#end(cookie, entry, now);
      }
    }
  }

  /** Closes all. */
  closeAll(at: number): void {
    for (const [cookie, entry] of this.#entries) this.#end(cookie, entry, at);
  }

  #reorder(entry: Entry, chunk: LentChunk): void {
    const { sink } = this.#options;
    if (chunk.outgoing) {
      // The answer is here already, so the question can't be younger.
      if (entry.held !== null) chunk.at = Math.min(chunk.at, entry.held.firstAt);
      entry.impatient = false;
      sink.data(entry.handle!, chunk);
      this.#release(entry);
    } else if (entry.held === null && entry.impatient) {
      sink.data(entry.handle!, chunk);
    } else {
      entry.held ??= new HeldChunks();
      this.#waiting.add(entry);
      if (!entry.held.add(chunk)) this.#release(entry);
    }
  }

  #release(entry: Entry): void {
    this.#waiting.delete(entry);
    const { held } = entry;
    entry.held = null;
    if (held === null || entry.handle === null) return;
    for (const chunk of held.chunks) this.#options.sink.data(entry.handle, chunk);
  }

  /** The entry stays without a handle: what is in the ring already has to find something. */
  #reject(cookie: number, entry: Entry): void {
    this.#options.reject(cookie);
    this.#release(entry);
    if (entry.handle !== null) this.#options.sink.close(entry.handle, entry.lastAt);
    entry.flows?.closeAll(entry.lastAt);
    entry.handle = null;
  }

  #end(cookie: number, entry: Entry, at: number): void {
    this.#release(entry);
    this.#entries.delete(cookie);
    this.#lastCookie = -1;
    entry.flows?.closeAll(at);
    if (entry.handle !== null) this.#options.sink.close(entry.handle, at);
  }

  #evict(): void {
    for (const [cookie, entry] of this.#entries) {
      this.evicted++;
      this.#options.forget(cookie);
      this.#end(cookie, entry, entry.lastAt);
      return;
    }
  }
}
