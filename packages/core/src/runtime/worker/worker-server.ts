import type { Exporter, Probe, Processor, Protocol } from '../../contracts/index.js';
import { toError } from '../deadline.js';
import { Engine, type EngineHost } from '../engine.js';
import { planAgent, planProbes } from '../plan.js';
import type { FromWorker, Port, ToWorker, WorkerCalls, WorkerChange, WorkerStart } from './messages.js';
import { Outbox } from './outbox.js';
import { plainFields, toPlainError } from './plain-error.js';
import { type PluginAddress, pluginAt } from './plugin-address.js';

type Handlers = {
  [M in keyof WorkerCalls]: (argument: WorkerCalls[M][0]) => Promise<WorkerCalls[M][1]>;
};

/** The engine's end of the wire: does what the agent's thread asks for. */
export class WorkerServer {
  readonly #port: Port;
  readonly #outbox: Outbox;
  readonly #stopped: () => void;
  #engine: Engine | null = null;

  /** @param stopped called when the engine has stopped and the answer is sent */
  constructor(port: Port, stopped: () => void) {
    this.#port = port;
    this.#stopped = stopped;
    this.#outbox = new Outbox(port, (count) => this.#engine?.dropped(count));
    port.listen((message) => this.#take(message as ToWorker));
  }

  /** Something was thrown where nobody caught it: cleans up, and says so. */
  async broke(error: Error): Promise<void> {
    await this.#engine?.stop().catch(() => {});
    this.#post({ kind: 'broken', error: toPlainError(error) });
  }

  #take(message: ToWorker): void {
    switch (message.kind) {
      case 'call':
        void this.#call(message.id, message.method, message.argument);
        break;
      case 'listen':
        if (this.#engine === null) break;
        this.#engine.listeners.exchange = message.exchanges ? this.#outbox.exchange : null;
        this.#engine.listeners.event = message.events ? this.#outbox.event : null;
        break;
      case 'taken':
        this.#outbox.taken(message.count);
        break;
      case 'dropped':
        this.#engine?.dropped(message.count);
        break;
    }
  }

  async #call(id: number, method: keyof WorkerCalls, argument: unknown): Promise<void> {
    try {
      const value = await this.#handlers[method](argument as never);
      this.#post({ kind: 'answer', id, value });
    } catch (error) {
      this.#post({ kind: 'refusal', id, error: toPlainError(toError(error)) });
    }
    if (method === 'stop') this.#stopped();
  }

  readonly #handlers: Handlers = {
    start: async (start) => {
      this.#engine = await this.#make(start);
      await this.#engine.start();
      return this.#engine.addresses;
    },
    snapshot: async () => this.#running().snapshot(),
    stats: async () => this.#running().stats(),
    addTree: async (pid) => {
      this.#running().addTree(pid);
      return null;
    },
    reconfigure: async ({ probes, ...selectors }: WorkerChange) => {
      const planned = probes === undefined ? undefined : planProbes(await load<Probe>(probes));
      await this.#running().reconfigure({ ...selectors, probes: planned });
      return null;
    },
    stop: async () => {
      const engine = this.#running();
      await engine.stop();
      this.#outbox.flush(true);
      return { stats: engine.stats(), snapshot: engine.snapshot() };
    },
  };

  async #make({ plugins, targets, exclude, ...rest }: WorkerStart): Promise<Engine> {
    const plan = planAgent({
      probes: await load<Probe>(plugins.probes),
      exporters: await load<Exporter>(plugins.exporters),
      processors: await load<Processor>(plugins.processors),
      protocols: await load<Protocol>(plugins.protocols),
    });
    return new Engine({ plan, targets, exclude, overrides: [], ...rest }, this.#host);
  }

  readonly #host: EngineHost = {
    diagnostic: ({ level, message, fields }) => {
      this.#post({ kind: 'diagnostic', diagnostic: { level, message, fields: plainFields(fields) } });
    },
    faulted: ({ error, ...fault }) => this.#post({ kind: 'probe-fault', ...fault, error: toPlainError(error) }),
    restarted: (event) => this.#post({ kind: 'probe-restart', ...event }),
  };

  #running(): Engine {
    if (this.#engine === null) throw new Error('the engine has not started');
    return this.#engine;
  }

  #post(message: FromWorker): void {
    this.#port.post(message);
  }
}

async function load<P>(addresses: readonly PluginAddress[]): Promise<P[]> {
  const plugins: P[] = [];
  for (const address of addresses) plugins.push((await pluginAt(address)) as P);
  return plugins;
}
