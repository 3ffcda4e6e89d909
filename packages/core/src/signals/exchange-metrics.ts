import type { Exchange } from '../contracts/index.js';
import { exchangeMetricAttributes } from './exchange-attributes.js';
import type { MetricFamilyStore } from './metric-family-store.js';
import type { MetricRegistry } from './metric-registry.js';
import { SELF_METRICS } from './self-telemetry.js';
import type { CounterSeries, HistogramSeries } from './series.js';

/** A port, or null for a unix socket. */
type Ports = Map<number | null, Leaf>;
type Servers = Map<string | null, Ports>;
type Errors = Map<string | null, Servers>;
type Statuses = Map<string | number | null, Errors>;
type Names = Map<string, Statuses>;

/** What one kind of exchange counts to. */
interface Leaf {
  duration: HistogramSeries | null;
  incomplete: CounterSeries | null;
}

/** One protocol seen from one side. */
interface Side {
  readonly names: Names;
  readonly durations: MetricFamilyStore<HistogramSeries>;
}

interface Sides {
  client: Side | null;
  server: Side | null;
}

const INCOMPLETE = 'sonde.exchanges.incomplete';

/**
 * Rate, errors and duration of exchanges, under the metric that each protocol names (`http.server.request.duration`). A
 * capture, which sits at neither side, counts as the client's.
 *
 * A known series is found by walking nested maps with the strings that the exchange holds already: nothing is
 * concatenated, and no attribute is looked at.
 */
export class ExchangeMetrics {
  readonly #registry: MetricRegistry;
  readonly #protocols = new Map<string, Sides>();
  readonly #incomplete: MetricFamilyStore<CounterSeries>;
  #epoch: number;

  constructor(registry: MetricRegistry) {
    this.#registry = registry;
    this.#incomplete = registry.counterFamily(INCOMPLETE, SELF_METRICS[INCOMPLETE]);
    this.#epoch = registry.epoch;
  }

  /** Counts an exchange. Known series cost no allocation. */
  record(exchange: Exchange): void {
    if (this.#epoch !== this.#registry.epoch) this.#forget();
    const sides = this.#protocols.get(exchange.protocol) ?? this.#addProtocol(exchange);
    const side = (exchange.side === 'server' ? sides.server : sides.client) ?? this.#addSide(sides, exchange);

    const leaf = find(side.names, exchange);
    if (exchange.durationNs === null) {
      const series = leaf?.incomplete ?? this.#resolveIncomplete(side, exchange);
      series.add(1);
      return;
    }
    const series = leaf?.duration ?? this.#resolveDuration(side, exchange);
    const trace = exchange.trace;
    if (trace === null) series.record(exchange.durationNs / 1e9);
    else series.recordTraced(exchange.durationNs / 1e9, trace, exchange.requestTiming.start + exchange.durationNs);
  }

  #addProtocol(exchange: Exchange): Sides {
    const sides: Sides = { client: null, server: null };
    this.#protocols.set(exchange.protocol, sides);
    return sides;
  }

  #addSide(sides: Sides, exchange: Exchange): Side {
    const { definition, protocol } = exchange;
    const { name, description } = definition.variants?.[protocol]?.metric ?? definition.metric;
    const which = exchange.side === 'server' ? 'server' : 'client';
    const durations = this.#registry.histogramFamily(name.replaceAll('{side}', which), { unit: 's', description });
    const side: Side = { names: new Map(), durations };
    sides[which] = side;
    return side;
  }

  #resolveDuration(side: Side, exchange: Exchange): HistogramSeries {
    // A full family must not grow the maps either: what is new isn't remembered.
    if (side.durations.isFull()) return side.durations.overflow();
    const series = side.durations.resolve(exchangeMetricAttributes(exchange));
    this.#leaf(side, exchange).duration = series;
    return series;
  }

  #resolveIncomplete(side: Side, exchange: Exchange): CounterSeries {
    if (this.#incomplete.isFull()) return this.#incomplete.overflow();
    const series = this.#incomplete.resolve(exchangeMetricAttributes(exchange));
    this.#leaf(side, exchange).incomplete = series;
    return series;
  }

  #leaf(side: Side, exchange: Exchange): Leaf {
    if (this.#epoch !== this.#registry.epoch) this.#forget();
    const statuses = child(side.names, exchange.name, newMap<Statuses>);
    const errors = child(statuses, exchange.status, newMap<Errors>);
    const servers = child(errors, exchange.error, newMap<Servers>);
    const ports = child(servers, exchange.server?.address ?? null, newMap<Ports>);
    return child(ports, exchange.server?.port ?? null, () => ({ duration: null, incomplete: null }));
  }

  /** Series were freed: what is cached may be dead. The registry finds the living ones again by their attributes. */
  #forget(): void {
    this.#epoch = this.#registry.epoch;
    for (const { client, server } of this.#protocols.values()) {
      client?.names.clear();
      server?.names.clear();
    }
  }
}

function find(names: Names, exchange: Exchange): Leaf | undefined {
  const servers = names.get(exchange.name)?.get(exchange.status)?.get(exchange.error);
  if (servers === undefined) return undefined;
  const server = exchange.server;
  if (server === null) return servers.get(null)?.get(null);
  return servers.get(server.address)?.get(server.port);
}

function child<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function newMap<M extends Map<unknown, unknown>>(): M {
  return new Map() as M;
}
