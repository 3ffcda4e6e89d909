import type { Exchange, ProbeEvent } from '../../contracts/index.js';
import type { FromWorker, Port } from './messages.js';
import { type PlainExchange, toPlainExchange } from './plain-exchange.js';

/** Items of one message: a message costs some 20 µs, and each exchange in it 4 µs here and 9 µs over there. */
const BATCH = 256;
/** Longest wait for more, in milliseconds. */
const LINGER_MS = 20;
/**
 * Messages that may be on their way (some 30 MB of exchanges): beyond that the other thread is too slow, and items are
 * dropped and counted.
 */
const WINDOW = 128;

/** Sends exchanges and events to the agent's thread, in batches, and no more than it can take. */
export class Outbox {
  readonly #port: Port;
  readonly #dropped: (count: number) => void;
  #exchanges: PlainExchange[] = [];
  #events: ProbeEvent[] = [];
  #onTheWay = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(port: Port, dropped: (count: number) => void) {
    this.#port = port;
    this.#dropped = dropped;
  }

  readonly exchange = (exchange: Exchange): void => {
    if (this.#full(this.#exchanges.length)) return;
    if (this.#exchanges.push(toPlainExchange(exchange)) >= BATCH) this.flush();
    else this.#linger();
  };

  readonly event = (event: ProbeEvent): void => {
    if (this.#full(this.#events.length)) return;
    if (this.#events.push(event) >= BATCH) this.flush();
    else this.#linger();
  };

  /** The other thread has taken so many messages. */
  taken(count: number): void {
    this.#onTheWay -= count;
    if (this.#exchanges.length + this.#events.length > 0) this.#linger();
  }

  /** Sends what is there. @param last also beyond what may be on its way: nothing will follow */
  flush(last = false): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#onTheWay >= WINDOW && !last) return;
    if (this.#exchanges.length > 0) this.#send({ kind: 'exchanges', items: this.#exchanges });
    if (this.#events.length > 0) this.#send({ kind: 'events', items: this.#events });
    this.#exchanges = [];
    this.#events = [];
  }

  #full(waiting: number): boolean {
    if (waiting < BATCH) return false;
    this.#dropped(1);
    return true;
  }

  #linger(): void {
    this.#timer ??= setTimeout(() => this.flush(), LINGER_MS);
  }

  #send(message: Extract<FromWorker, { kind: 'exchanges' | 'events' }>): void {
    try {
      this.#post(message);
    } catch {
      // One of them holds something that can't be copied (a function in a plugin's message): the others can.
      for (const item of message.items) {
        try {
          this.#post({ kind: message.kind, items: [item] } as FromWorker);
        } catch {
          this.#dropped(1);
        }
      }
    }
  }

  #post(message: FromWorker): void {
    this.#port.post(message);
    this.#onTheWay++;
  }
}
