import { type FlowIdentityPlane, LruMap } from '@sonde/core';
import { Flow, type FlowEnding, type FlowFacts, flowKey, sameTranslation } from './flow.js';
import type { FlowHandlers } from './flow-reader.js';

/** A datagram's first packet may be dated a little after its exchange; connections are far older than their first request. */
const UDP_SLACK = 10e6;
/** Nanoseconds after which a connection that was closing counts as closed, though its last packet was not seen. */
const CLOSING_LIMIT = 120e9;
/** Flows looked at in one sweep. */
const SWEEP_FLOWS = 256;
/** Nanoseconds between two looks at one flow. */
const LOOK_INTERVAL = 5e9;

/** What the kernel says of a flow: see `enum tcp_conntrack` in `nf_conntrack_tcp.h`. */
export type KernelState = 'open' | 'closing' | 'closed' | 'gone';

/** What a {@link FlowTable} works with. */
export interface FlowTableOptions {
  plane: FlowIdentityPlane;
  maxFlows: number;
  /** Nanoseconds without a packet after which a flow is given up. */
  idle: { tcp: number; udp: number };
  /** Brings the flow's counters up to date and tells what the kernel knows; `gone` where it has forgotten the flow. */
  look(flow: Flow): KernelState;
  /** Has the kernel tell the flow anew with its next packet. */
  forget(entry: number): void;
  began(flow: Flow): void;
  ended(flow: Flow, at: number, ending: FlowEnding): void;
  unsupported(facts: FlowFacts): void;
}

/** All translated flows, and what the flow-identity plane knows of them: it comes and goes with them. */
export class FlowTable implements FlowHandlers {
  /** Flows that were given up because there were too many. */
  evicted = 0;
  readonly #options: FlowTableOptions;
  readonly #byEntry = new Map<number, Flow>();
  /** Those looked at longest ago come first. */
  readonly #byKey = new LruMap<string, Flow>(Number.POSITIVE_INFINITY);

  constructor(options: FlowTableOptions) {
    this.#options = options;
  }

  /** Flows at the moment. */
  get size(): number {
    return this.#byKey.size;
  }

  begin(entry: number, facts: FlowFacts): void {
    const known = this.#byEntry.get(entry);
    const key = flowKey(facts);
    const other = this.#byKey.peek(key);
    if (known !== undefined && known === other && sameTranslation(known.facts, facts) && !facts.fromStart) return;
    if (known !== undefined) this.#end(known, facts.first, 'closed');
    if (other !== undefined && other !== known) {
      if (other.entry === 0 && sameTranslation(other.facts, facts) && !facts.fromStart) {
        other.entry = entry;
        this.#byEntry.set(entry, other);
        return;
      }
      this.#end(other, facts.first, 'reused');
    }
    this.#add(new Flow(facts, key), entry);
  }

  end(entry: number, at: number, count: (flow: Flow) => void): void {
    const flow = this.#byEntry.get(entry);
    if (flow === undefined) return;
    count(flow);
    this.#end(flow, at, 'closed');
  }

  unsupported(facts: FlowFacts): void {
    this.#options.unsupported(facts);
  }

  /** A flow of a listing. What packets have told already is better. */
  seed(facts: FlowFacts): void {
    if (!this.#byKey.has(flowKey(facts))) this.#add(new Flow(facts), 0);
  }

  /** Looks after some flows: those that the kernel won't tell the end of. Call it several times a second. */
  sweep(now: number): void {
    for (let left = SWEEP_FLOWS; left > 0; left--) {
      const flow = this.#byKey.oldest();
      if (flow === undefined || now - flow.lookedAt < LOOK_INTERVAL) return;
      flow.lookedAt = now;
      this.#byKey.set(flow.key, flow);
      const ending = this.#examine(flow, now);
      if (ending === null) continue;
      if (flow.entry !== 0) this.#options.forget(flow.entry);
      this.#end(flow, flow.last, ending);
    }
  }

  /** The probe stops: brings the counters up to date and ends all. */
  close(at: number): void {
    for (const flow of this.#byKey.values()) {
      if (flow.entry !== 0) this.#options.look(flow);
      this.#end(flow, at, 'open');
    }
  }

  #examine(flow: Flow, now: number): FlowEnding | null {
    const state = flow.entry === 0 ? 'gone' : this.#options.look(flow);
    const quiet = now - flow.last;
    if (state === 'closed' || (state === 'closing' && quiet > CLOSING_LIMIT)) return 'closed';
    return quiet > this.#options.idle[flow.facts.transport] ? 'idle' : null;
  }

  #add(flow: Flow, entry: number): void {
    if (this.#byKey.size >= this.#options.maxFlows) this.#evict();
    flow.entry = entry;
    flow.lookedAt = flow.last;
    this.#byKey.set(flow.key, flow);
    if (entry !== 0) this.#byEntry.set(entry, flow);
    this.#learn(flow);
    this.#options.began(flow);
  }

  #learn(flow: Flow): void {
    const { transport, original, reply, first, fromStart } = flow.facts;
    const { plane } = this.#options;
    const from = fromStart ? first - (transport === 'udp' ? UDP_SLACK : 0) : 0;
    const virtual = flow.destinationTranslated ? original.destination : null;
    const server = reply.source;
    const method = 'conntrack';
    if (virtual !== null) plane.learn(flow.asClientSees, { server, client: null, virtual, method }, from);
    if (!flow.sourceTranslated) return;
    plane.learn(flow.asServerSees, { server, client: original.source, virtual, method }, from);
  }

  #end(flow: Flow, at: number, ending: FlowEnding): void {
    this.#byKey.delete(flow.key);
    if (flow.entry !== 0) this.#byEntry.delete(flow.entry);
    const { plane } = this.#options;
    if (flow.destinationTranslated) plane.forget(flow.asClientSees, at);
    if (flow.sourceTranslated) plane.forget(flow.asServerSees, at);
    this.#options.ended(flow, at, ending);
  }

  #evict(): void {
    const flow = this.#byKey.oldest();
    if (flow === undefined) return;
    this.evicted++;
    if (flow.entry !== 0) this.#options.forget(flow.entry);
    this.#end(flow, flow.last, 'idle');
  }
}
