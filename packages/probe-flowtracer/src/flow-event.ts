import { type Clock, formatUnixNano, type IdentityView, type ProbeEvent } from '@sonde/core';
import type { End, Flow, FlowEnding, FlowFacts, Tuple } from './flow.js';

/** A flow as `--output jsonl` prints it, under the event `flowtracer.flow`. */
export interface FlowEvent extends ProbeEvent {
  event: 'flowtracer.flow';
  /** `begin`, or why the flow is over. */
  state: 'begin' | FlowEnding;
  /** RFC 3339; of the first packet that was seen. */
  start: string;
  /** Nanoseconds from the first packet seen to the last; null while the flow begins. */
  durationNs: number | null;
  /** The first packet of the flow was seen. */
  fromStart: boolean;
  transport: 'tcp' | 'udp';
  translation: Flow['translation'];
  /** The client by its own address. */
  client: End;
  /** The server that answers. */
  server: End;
  /** The address that the client believes in, if it isn't the server's own. */
  virtual: End | null;
  original: Tuple;
  reply: Tuple;
  netns: number;
  zone: number;
  process: { pid: number; name: string; container: string | null; pod: string | null } | null;
  /** As this machine sent or forwarded them. */
  packets: { sent: number; received: number } | null;
  bytes: { sent: number; received: number } | null;
}

/** What makes events of flows. */
export interface EventContext {
  clock: Clock;
  identity: IdentityView;
}

/** The event of a flow at its begin (`ending` null) or end. */
export function flowEvent(context: EventContext, flow: Flow, ending: FlowEnding | null): FlowEvent {
  const { facts, sent, received, last } = flow;
  return {
    event: 'flowtracer.flow',
    state: ending ?? 'begin',
    start: formatUnixNano(context.clock.toUnixNano(facts.first)),
    durationNs: ending === null ? null : Math.max(0, last - facts.first),
    fromStart: facts.fromStart,
    transport: facts.transport,
    translation: flow.translation,
    client: facts.original.source,
    server: facts.reply.source,
    virtual: flow.destinationTranslated ? facts.original.destination : null,
    original: facts.original,
    reply: facts.reply,
    netns: facts.netns,
    zone: facts.zone,
    process: processOf(context, facts),
    packets: ending === null ? null : { sent: sent.packets, received: received.packets },
    bytes: ending === null ? null : { sent: sent.bytes, received: received.bytes },
  };
}

/** The event `flowtracer.unsupported`: a connection to an address that another translator, not conntrack, stands behind. */
export function unsupportedEvent(context: EventContext, facts: FlowFacts): ProbeEvent {
  return {
    event: 'flowtracer.unsupported',
    reason: 'nat64',
    start: formatUnixNano(context.clock.toUnixNano(facts.first)),
    transport: facts.transport,
    client: facts.original.source,
    server: facts.original.destination,
    netns: facts.netns,
    process: processOf(context, facts),
  };
}

function processOf({ identity }: EventContext, { process }: FlowFacts): FlowEvent['process'] {
  if (process === null) return null;
  const { container, pod } = identity.lookup(process.pid);
  return { ...process, container, pod };
}
