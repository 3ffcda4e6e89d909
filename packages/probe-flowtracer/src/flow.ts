import type { FlowTuple } from '@sonde/core';

/** An address with a port. */
export interface End {
  address: string;
  port: number;
}

/** One direction of a flow, as conntrack keeps it. */
export interface Tuple {
  source: End;
  destination: End;
}

/** Packets and bytes (from the IP header on) of one direction. */
export interface Traffic {
  packets: number;
  bytes: number;
}

/** The process that opened a flow. */
export interface FlowProcess {
  pid: number;
  name: string;
}

/** What is known of a translated flow when it is first heard of. */
export interface FlowFacts {
  transport: 'tcp' | 'udp';
  /** As the client sends. */
  original: Tuple;
  /** As the server answers. */
  reply: Tuple;
  masqueraded: boolean;
  /** Network namespace of the conntrack entry. */
  netns: number;
  /** That of the client's socket, or 0 where it isn't known. */
  clientNetns: number;
  zone: number;
  process: FlowProcess | null;
  /** Nanoseconds of the monotonic clock. */
  first: number;
  /** Nothing of the flow is older than `first`. */
  fromStart: boolean;
}

/** How a flow is translated: its destination, its source (by MASQUERADE if the kernel says so), or both. */
export type Translation = 'dnat' | 'snat' | 'masquerade' | 'dnat+snat' | 'dnat+masquerade';

/** Why a flow is over: its connection closed, it was quiet, its tuple got a new flow, or the probe stopped before it ended. */
export type FlowEnding = 'closed' | 'idle' | 'reused' | 'open';

/** A translated flow. */
export class Flow {
  readonly facts: FlowFacts;
  /** Names the flow: no other has this key at the same time. */
  readonly key: string;
  readonly destinationTranslated: boolean;
  readonly sourceTranslated: boolean;
  /** Name of its conntrack entry, or 0 while only a listing has told of it. */
  entry = 0;
  last: number;
  /** Time of the last look at the kernel's counters. */
  lookedAt = 0;
  /** As the client sent. */
  readonly sent: Traffic = { packets: 0, bytes: 0 };
  /** The replies. */
  readonly received: Traffic = { packets: 0, bytes: 0 };

  constructor(facts: FlowFacts, key = flowKey(facts)) {
    const { original, reply } = facts;
    this.facts = facts;
    this.key = key;
    this.destinationTranslated = !same(original.destination, reply.source);
    this.sourceTranslated = !same(original.source, reply.destination);
    this.last = facts.first;
  }

  get translation(): Translation {
    const source = this.facts.masqueraded ? 'masquerade' : 'snat';
    if (!this.destinationTranslated) return source;
    return this.sourceTranslated ? `dnat+${source}` : 'dnat';
  }

  /** The flow as the client's socket names it. */
  get asClientSees(): FlowTuple {
    const { transport, original, netns, clientNetns } = this.facts;
    return { transport, client: original.source, server: original.destination, netns: clientNetns || netns };
  }

  /** The flow as the server's socket names it; in which namespace that is nobody knows. */
  get asServerSees(): FlowTuple {
    const { transport, reply, netns } = this.facts;
    return { transport, client: reply.destination, server: reply.source, netns };
  }
}

/** @see Flow.key */
export function flowKey({ transport, original, netns, zone }: FlowFacts): string {
  const { source, destination } = original;
  return `${transport} ${source.address} ${source.port} ${destination.address} ${destination.port} ${netns} ${zone}`;
}

/** Whether two sets of facts are of one translation. */
export function sameTranslation(one: FlowFacts, other: FlowFacts): boolean {
  return same(one.reply.source, other.reply.source) && same(one.reply.destination, other.reply.destination);
}

function same(one: End, other: End): boolean {
  return one.port === other.port && one.address === other.address;
}
