import type { Attributes, MetricSink } from '@sonde/core';
import type { Flow } from './flow.js';

/** How a Service balances: flows and traffic of each virtual address and backend. */
export class FlowMetrics {
  readonly #flows: ReturnType<MetricSink['counter']>;
  readonly #packets: ReturnType<MetricSink['counter']>;
  readonly #bytes: ReturnType<MetricSink['counter']>;
  readonly #unsupported: ReturnType<MetricSink['counter']>;

  constructor(metrics: MetricSink) {
    this.#flows = metrics.counter('sonde.nat.flows', {
      unit: '{flow}',
      description: 'Translated flows that began, by virtual address and backend',
    });
    this.#packets = metrics.counter('sonde.nat.packets', {
      unit: '{packet}',
      description: 'Packets of translated flows that have ended',
    });
    this.#bytes = metrics.counter('sonde.nat.io', {
      unit: 'By',
      description: 'Bytes of translated flows that have ended, from the IP header on',
    });
    this.#unsupported = metrics.counter('sonde.nat.unsupported', {
      unit: '{connection}',
      description: 'Connections whose translation is not followed (NAT64)',
    });
  }

  began(flow: Flow): void {
    this.#flows.add(1, attributesOf(flow));
  }

  ended(flow: Flow): void {
    for (const [direction, traffic] of [
      ['transmit', flow.sent],
      ['receive', flow.received],
    ] as const) {
      if (traffic.packets === 0) continue;
      const attributes = { ...attributesOf(flow), 'network.io.direction': direction };
      this.#packets.add(traffic.packets, attributes);
      this.#bytes.add(traffic.bytes, attributes);
    }
  }

  unsupported(): void {
    this.#unsupported.add(1);
  }
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
