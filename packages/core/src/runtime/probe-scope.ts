import type {
  Clock,
  ConnectionHandle,
  ConnectionSink,
  FlowIdentityPlane,
  MetricSink,
  ProbeDependencies,
  TargetView,
} from '../contracts/index.js';

/** Dependencies of one run of a probe, and how to undo what the run left behind. */
export interface ProbeScope {
  readonly dependencies: ProbeDependencies;
  /** Takes back listeners, metric callbacks and plane memberships. Idempotent. */
  release(): void;
  /** Closes connections that the run left open: nobody will ever deliver their bytes. */
  closeConnections(): void;
}

/** Wraps what outlives a call, so that a probe that broke down, or forgot, leaves nothing behind. */
export function probeScope(dependencies: ProbeDependencies): ProbeScope {
  const undo = new Set<() => void>();
  const once = (action: () => void) => {
    const run = () => {
      if (undo.delete(run)) action();
    };
    undo.add(run);
    return run;
  };
  const connections = new ScopedConnections(dependencies.connections, dependencies.clock);
  return {
    dependencies: {
      clock: dependencies.clock,
      logger: dependencies.logger,
      // A getter: the native library is opened when a probe asks for it.
      get backend() {
        return dependencies.backend;
      },
      targets: scopedTargets(dependencies.targets, once),
      identity: dependencies.identity,
      connections,
      protocols: dependencies.protocols,
      metrics: scopedMetrics(dependencies.metrics, once),
      flows: scopedFlows(dependencies.flows, once),
      emit: dependencies.emit,
      fault: dependencies.fault,
    },
    release: () => {
      for (const action of [...undo]) action();
    },
    closeConnections: () => connections.closeAll(),
  };
}

type Once = (action: () => void) => () => void;

class ScopedConnections implements ConnectionSink {
  readonly #sink: ConnectionSink;
  readonly #clock: Clock;
  readonly #open = new Set<ConnectionHandle>();
  readonly update: ConnectionSink['update'];
  readonly data: ConnectionSink['data'];

  constructor(sink: ConnectionSink, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
    this.update = sink.update.bind(sink);
    this.data = sink.data.bind(sink);
  }

  open(info: Parameters<ConnectionSink['open']>[0]): ConnectionHandle {
    const connection = this.#sink.open(info);
    this.#open.add(connection);
    return connection;
  }

  close(connection: ConnectionHandle, at: number, outgoing?: boolean): void {
    if (outgoing === undefined) this.#open.delete(connection);
    this.#sink.close(connection, at, outgoing);
  }

  closeAll(): void {
    const now = this.#clock.now();
    for (const connection of this.#open) this.#sink.close(connection, now);
    this.#open.clear();
  }
}

function scopedTargets(targets: TargetView, once: Once): TargetView {
  return {
    get all() {
      return targets.all;
    },
    get ports() {
      return targets.ports;
    },
    get excludedPorts() {
      return targets.excludedPorts;
    },
    get map() {
      return targets.map;
    },
    has: (pid) => targets.has(pid),
    pids: () => targets.pids(),
    onChange: (listener) => once(targets.onChange(listener)),
    addTree: (pid) => targets.addTree(pid),
  };
}

function scopedMetrics(metrics: MetricSink, once: Once): MetricSink {
  return {
    counter: (name, options) => metrics.counter(name, options),
    gauge: (name, options) => metrics.gauge(name, options),
    histogram: (name, options) => metrics.histogram(name, options),
    observe: (callback) => once(metrics.observe(callback)),
  };
}

function scopedFlows(flows: FlowIdentityPlane, once: Once): FlowIdentityPlane {
  return {
    get active() {
      return flows.active;
    },
    get prompt() {
      return flows.prompt;
    },
    resolve: (tuple, at) => flows.resolve(tuple, at),
    learn: (tuple, identity, from) => flows.learn(tuple, identity, from),
    forget: (tuple, at) => flows.forget(tuple, at),
    provide: (writer) => once(flows.provide(writer)),
  };
}
