import type { Exchange, ProbeEvent, Protocol } from '../../contracts/index.js';
import type { EngineHost } from '../engine.js';
import type { FromWorker, Port, ToWorker, WorkerCalls } from './messages.js';
import { fromPlainError } from './plain-error.js';
import { fromPlainExchange } from './plain-exchange.js';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Who takes what a worker sends. */
export interface RemoteListeners {
  exchange: ((exchange: Exchange) => void) | null;
  event: ((event: ProbeEvent) => void) | null;
}

/** The agent's end of the wire: asks, and hands out what arrives. */
export class RemoteEngine {
  readonly #port: Port;
  readonly #host: EngineHost;
  readonly #protocols: ReadonlyMap<string, Protocol>;
  readonly #broken: (error: Error) => void;
  readonly #waiting = new Map<number, Waiting>();
  #listeners: RemoteListeners = { exchange: null, event: null };
  #calls = 0;
  #failure: Error | null = null;

  constructor(port: Port, protocols: readonly Protocol[], host: EngineHost, broken: (error: Error) => void) {
    this.#port = port;
    this.#host = host;
    this.#protocols = new Map(protocols.map((protocol) => [protocol.name, protocol]));
    this.#broken = broken;
    port.listen((message) => this.#take(message as FromWorker));
  }

  /** @throws what the worker throws, or why it is gone */
  call<M extends keyof WorkerCalls>(method: M, argument: WorkerCalls[M][0]): Promise<WorkerCalls[M][1]> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#post({ kind: 'call', id, method, argument });
    });
  }

  listen(listeners: RemoteListeners): void {
    this.#listeners = listeners;
    if (this.#failure !== null) return;
    this.#post({ kind: 'listen', exchanges: listeners.exchange !== null, events: listeners.event !== null });
  }

  dropped(count: number): void {
    if (this.#failure === null) this.#post({ kind: 'dropped', count });
  }

  /** The worker is gone: nobody answers any more. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #take(message: FromWorker): void {
    switch (message.kind) {
      case 'answer':
        this.#settle(message.id)?.resolve(message.value);
        break;
      case 'refusal':
        this.#settle(message.id)?.reject(fromPlainError(message.error));
        break;
      case 'exchanges':
        for (const item of message.items) {
          const exchange = fromPlainExchange(item, this.#protocols);
          if (exchange !== null) this.#listeners.exchange?.(exchange);
        }
        this.#post({ kind: 'taken', count: 1 });
        break;
      case 'events':
        for (const item of message.items) this.#listeners.event?.(item);
        this.#post({ kind: 'taken', count: 1 });
        break;
      case 'diagnostic':
        this.#host.diagnostic(message.diagnostic);
        break;
      case 'probe-fault':
        this.#host.faulted({ ...message, error: fromPlainError(message.error) });
        break;
      case 'probe-restart':
        this.#host.restarted({ probe: message.probe, faults: message.faults });
        break;
      case 'broken':
        this.#broken(fromPlainError(message.error));
        break;
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #post(message: ToWorker): void {
    this.#port.post(message);
  }
}
