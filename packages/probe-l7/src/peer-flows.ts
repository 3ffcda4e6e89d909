import type { ConnectionHandle, ConnectionInfo, ConnectionSink } from '@sonde/core';
import { endpoint } from './addresses.js';
import { peer as Peer } from './event.gen.js';
import type { LentChunk } from './event-reader.js';

/** Most peers kept for a socket; beyond them the one that was quiet longest is forgotten. */
const MAX_FLOWS = 4096;
/** Nanoseconds without a datagram after which a peer is forgotten. */
const IDLE = 30e9;
/** Peers that nobody can read before the whole socket is given up. */
const MAX_IGNORED = 8;

interface Flow {
  readonly handle: ConnectionHandle;
  readonly words: readonly [number, number, number, number];
  readonly port: number;
  /** Bytes of the datagrams so far, by direction: each flow counts for itself. */
  received: number;
  sent: number;
  lastAt: number;
}

/** The peers of a datagram socket that isn't connected, each a connection of its own; the quiet longest come first. */
export class PeerFlows {
  readonly #sink: ConnectionSink;
  readonly #socket: ConnectionInfo;
  readonly #flows = new Map<number, Flow>();
  #ignored = 0;

  constructor(sink: ConnectionSink, socket: ConnectionInfo) {
    this.#sink = sink;
    this.#socket = socket;
  }

  /** Delivers a datagram. Returns true once the socket turns out to carry nothing that anybody can read. */
  data(chunk: LentChunk): boolean {
    const flow = this.#flowOf(chunk);
    flow.lastAt = chunk.at;
    if (chunk.outgoing) {
      chunk.position = flow.sent;
      flow.sent += chunk.length;
    } else {
      chunk.position = flow.received;
      flow.received += chunk.length;
    }
    const before = flow.handle.ignored;
    this.#sink.data(flow.handle, chunk);
    if (flow.handle.ignored && !before) this.#ignored++;
    return this.#ignored >= MAX_IGNORED && this.#ignored >= this.#flows.size;
  }

  /** Forgets peers that have been quiet. */
  sweep(now: number): void {
    for (const [key, flow] of this.#flows) {
      if (now - flow.lastAt < IDLE) return;
      this.#close(key, flow, now);
    }
  }

  closeAll(at: number): void {
    for (const [key, flow] of this.#flows) this.#close(key, flow, at);
  }

  #flowOf({ view, peer, at }: LentChunk): Flow {
    // A receive that doesn't ask for the sender: with one peer only, it is that one.
    if (peer < 0 && this.#flows.size === 1) for (const flow of this.#flows.values()) return flow;
    const a = peer < 0 ? 0 : view.getUint32(peer, true);
    const b = peer < 0 ? 0 : view.getUint32(peer + 4, true);
    const c = peer < 0 ? 0 : view.getUint32(peer + 8, true);
    const d = peer < 0 ? 0 : view.getUint32(peer + 12, true);
    const port = peer < 0 ? 0 : Peer.port(view, peer);
    const key = hash(a, b, c, d, port);
    const known = this.#flows.get(key);
    if (known !== undefined) {
      const [w, x, y, z] = known.words;
      if (w === a && x === b && y === c && z === d && known.port === port) {
        this.#flows.delete(key);
        this.#flows.set(key, known);
        return known;
      }
      // Two peers of one hash: the newer takes the place.
      this.#close(key, known, at);
    } else if (this.#flows.size >= MAX_FLOWS) {
      for (const [oldest, flow] of this.#flows) {
        this.#close(oldest, flow, at);
        break;
      }
    }
    const remote = peer < 0 ? null : endpoint(view, peer, Peer.family(view, peer), port);
    const handle = this.#sink.open({ ...this.#socket, remote });
    const flow: Flow = { handle, words: [a, b, c, d], port, received: 0, sent: 0, lastAt: at };
    this.#flows.set(key, flow);
    return flow;
  }

  #close(key: number, flow: Flow, at: number): void {
    this.#flows.delete(key);
    if (flow.handle.ignored) this.#ignored--;
    this.#sink.close(flow.handle, at);
  }
}

/** A number below 2^52 that differs for almost all peers: IPv4 addresses and ports go into it whole. */
function hash(a: number, b: number, c: number, d: number, port: number): number {
  let rest = Math.imul(b ^ (c >>> 3), 0x9e37_79b1) ^ Math.imul(d, 0x85eb_ca6b);
  rest = (rest ^ (rest >>> 15)) >>> 0;
  return ((a ^ rest) >>> 0) * 65_536 + (port ^ (rest & 0xffff));
}
