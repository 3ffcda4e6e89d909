import type { Attributes, MetricSink } from '@sonde/core';
import type { Flow } from './flow.js';

/** Sums kept at a time; those that fall out are made anew when they are wanted. */
const MAX_SUMS = 4096;

/** What was counted for one kind of flow since the last {@link FlowMetrics.flush}. */
interface Sum {
  readonly attributes: Attributes;
  /** Something was counted: the sum stands in the list of those to be flushed. */
  dirty: boolean;
  flows: number;
  readonly packets: [transmitted: number, received: number];
  readonly bytes: [transmitted: number, received: number];
}

/**
 * How a Service balances: flows and traffic of each virtual address and backend. Flows come and go by the thousand, their
 * Services and backends stay: sums are kept of those, and given to the metrics now and then and when somebody looks.
 */
export class FlowMetrics {
  readonly #counters: Counters;
  readonly #unsupported: ReturnType<MetricSink['counter']>;
  readonly #stopObserving: () => void;
  readonly #sums = new Map<string, Sum>();
  #dirty: Sum[] = [];

  constructor(metrics: MetricSink) {
    this.#counters = countersOf(metrics);
    this.#unsupported = metrics.counter('sonde.nat.unsupported', {
      unit: '{connection}',
      description: 'Connections whose translation is not followed (NAT64)',
    });
    this.#stopObserving = metrics.observe((sink) => this.#give(countersOf(sink)));
  }

  began(flow: Flow): void {
    this.#sumOf(flow).flows++;
  }

  ended(flow: Flow): void {
    const { packets, bytes } = this.#sumOf(flow);
    packets[0] += flow.sent.packets;
    packets[1] += flow.received.packets;
    bytes[0] += flow.sent.bytes;
    bytes[1] += flow.received.bytes;
  }

  unsupported(): void {
    this.#unsupported.add(1);
  }

  /** Gives the metrics what was counted since the last time. */
  flush(): void {
    if (this.#dirty.length === 0) return;
    this.#give(this.#counters);
    for (const sum of this.#dirty) {
      sum.dirty = false;
      sum.flows = 0;
      sum.packets.fill(0);
      sum.bytes.fill(0);
    }
    this.#dirty = [];
  }

  /** Flushes, and counts no longer. */
  close(): void {
    this.flush();
    this.#stopObserving();
  }

  #give(counters: Counters): void {
    for (const { attributes, flows, packets, bytes } of this.#dirty) {
      if (flows > 0) counters.flows.add(flows, attributes);
      for (const [index, direction] of DIRECTIONS.entries()) {
        if (packets[index] === 0) continue;
        const directed = { ...attributes, 'network.io.direction': direction };
        counters.packets.add(packets[index]!, directed);
        counters.bytes.add(bytes[index]!, directed);
      }
    }
  }

  #sumOf(flow: Flow): Sum {
    const key = keyOf(flow);
    let sum = this.#sums.get(key);
    if (sum === undefined) {
      if (this.#sums.size >= MAX_SUMS) this.#sums.clear();
      sum = { attributes: attributesOf(flow), dirty: false, flows: 0, packets: [0, 0], bytes: [0, 0] };
      this.#sums.set(key, sum);
    }
    if (!sum.dirty) {
      sum.dirty = true;
      this.#dirty.push(sum);
    }
    return sum;
  }
}

const DIRECTIONS = ['transmit', 'receive'] as const;

type Counters = ReturnType<typeof countersOf>;

function countersOf(metrics: MetricSink) {
  return {
    flows: metrics.counter('sonde.nat.flows', {
      unit: '{flow}',
      description: 'Translated flows that began, by virtual address and backend',
    }),
    packets: metrics.counter('sonde.nat.packets', {
      unit: '{packet}',
      description: 'Packets of translated flows that have ended',
    }),
    bytes: metrics.counter('sonde.nat.io', {
      unit: 'By',
      description: 'Bytes of translated flows that have ended, from the IP header on',
    }),
  };
}

/** What {@link attributesOf} depends on. */
function keyOf(flow: Flow): string {
  const { original, reply, transport } = flow.facts;
  if (!flow.destinationTranslated) return `${transport} ${flow.translation}`;
  const { destination } = original;
  const { source } = reply;
  return `${transport} ${flow.translation} ${destination.address} ${destination.port} ${source.address} ${source.port}`;
}

/** Outgoing flows that are only given another source have the whole Internet for a server: those are one series. */
function attributesOf(flow: Flow): Attributes {
  const { original, reply, transport } = flow.facts;
  const attributes: Attributes = { 'network.transport': transport, 'sonde.nat.translation': flow.translation };
  if (!flow.destinationTranslated) return attributes;
  attributes['sonde.virtual.address'] = original.destination.address;
  attributes['sonde.virtual.port'] = original.destination.port;
  attributes['server.address'] = reply.source.address;
  attributes['server.port'] = reply.source.port;
  return attributes;
}
