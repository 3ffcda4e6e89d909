import type { Exchange, Protocol } from '../../contracts/index.js';

/** An exchange as it travels between threads: everything but the plugin's own definition. */
export interface PlainExchange extends Omit<Exchange, 'definition'> {
  /** Name of the plugin, which isn't that of the exchange's protocol where the plugin has variants. */
  readonly plugin: string;
}

/** A copy with all that getters would compute. */
export function toPlainExchange(exchange: Exchange): PlainExchange {
  return {
    plugin: exchange.definition.name,
    protocol: exchange.protocol,
    request: exchange.request,
    requestTiming: exchange.requestTiming,
    response: exchange.response,
    responseTiming: exchange.responseTiming,
    startUnixNano: exchange.startUnixNano,
    durationNs: exchange.durationNs,
    side: exchange.side,
    transport: exchange.transport,
    client: exchange.client,
    server: exchange.server,
    process: exchange.process,
    name: exchange.name,
    status: exchange.status,
    error: exchange.error,
    attributes: exchange.attributes,
    trace: exchange.trace,
  };
}

/** The exchange again: the received object itself, with its protocol. Null if this thread doesn't have the protocol. */
export function fromPlainExchange(plain: PlainExchange, protocols: ReadonlyMap<string, Protocol>): Exchange | null {
  const definition = protocols.get(plain.plugin);
  return definition === undefined ? null : Object.assign(plain, { definition });
}
