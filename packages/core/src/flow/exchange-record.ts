import type {
  Attributes,
  Description,
  Endpoint,
  Exchange,
  Message,
  MessageTiming,
  ProcessInfo,
  Protocol,
  TraceInfo,
} from '../contracts/index.js';
import type { Connection } from './connection.js';

/**
 * A request on its way to become an exchange. It is the entry of the pairing queue and the exchange that exporters see,
 * so that one object is made for each exchange.
 */
export class ExchangeRecord implements Exchange {
  readonly definition: Protocol;
  /** The definition's name, or the variant that `describe` found. */
  protocol: string;
  readonly connection: Connection;
  readonly request: Message;
  response: Message | null = null;
  requestStart = 0;
  requestEnd = 0;
  requestBytes = 0;
  requestSequence = -1;
  requestTid = 0;
  responseStart = 0;
  responseEnd = 0;
  responseBytes = 0;
  responseSequence = -1;
  responseTid = 0;
  /** Its request came before anything was lost, and so does its response, however unproven the order is behind it. */
  sure = false;
  /** The record was reported already (a timeout); its response only keeps the queue in step. */
  reported = false;
  trace: TraceInfo | null = null;
  name = '';
  status: string | number | null = null;
  error: string | null = null;
  process: ProcessInfo | null = null;
  /** Who a plane says is really at the other end; kept here, since a datagram socket's next exchange may have another. */
  peer: Endpoint | null = null;
  /** Address that the client believes in, if it isn't the server's own. */
  virtual: Endpoint | null = null;
  #attributes: Attributes | null = null;

  constructor(definition: Protocol, connection: Connection, request: Message) {
    this.definition = definition;
    this.protocol = definition.name;
    this.connection = connection;
    this.request = request;
  }

  get side(): 'client' | 'server' | null {
    return this.connection.observed ? this.connection.role : null;
  }

  get transport(): 'tcp' | 'udp' | 'unix' {
    return this.connection.transport;
  }

  get client(): Endpoint | null {
    return (this.connection.role === 'server' ? this.peer : null) ?? this.connection.client;
  }

  get server(): Endpoint | null {
    return (this.connection.role === 'client' ? this.peer : null) ?? this.connection.server;
  }

  get startUnixNano(): bigint {
    return this.connection.toUnixNano(this.requestStart);
  }

  get durationNs(): number | null {
    if (this.response === null) return null;
    return Math.max(0, this.responseEnd - this.requestStart);
  }

  get requestTiming(): MessageTiming {
    return {
      start: this.requestStart,
      end: this.requestEnd,
      bytes: this.requestBytes,
      sequence: this.requestSequence,
      tid: this.requestTid,
    };
  }

  get responseTiming(): MessageTiming | null {
    if (this.response === null) return null;
    return {
      start: this.responseStart,
      end: this.responseEnd,
      bytes: this.responseBytes,
      sequence: this.responseSequence,
      tid: this.responseTid,
    };
  }

  /** Sets name, status and error from the plugin's description; `failure` stands in where the plugin sees no error. */
  describe(failure: string | null): void {
    const description: Description = this.definition.describe(this.request, this.response);
    this.name = description.name;
    this.status = description.status;
    if (description.protocol !== undefined) this.protocol = description.protocol;
    this.error = description.error ?? failure;
  }

  get attributes(): Attributes {
    if (this.#attributes === null) this.#attributes = this.#makeAttributes();
    return this.#attributes;
  }

  #makeAttributes(): Attributes {
    const attributes: Attributes = { ...this.definition.attributes?.(this.request, this.response) };
    const { server, client } = this;
    if (this.peer !== null) this.#replaceByPeer(attributes);
    if (server !== null) {
      attributes['server.address'] ??= server.address;
      if (server.port !== null) attributes['server.port'] ??= server.port;
    }
    if (client !== null) {
      attributes['client.address'] ??= client.address;
      if (client.port !== null) attributes['client.port'] ??= client.port;
    }
    const local = this.connection.role === 'server' ? server : client;
    const remote = this.connection.role === 'server' ? client : server;
    if (this.connection.observed && this.connection.role !== null) {
      if (local !== null) attributes['network.local.address'] = local.address;
      if (remote !== null) attributes['network.peer.address'] = remote.address;
      if (remote?.port != null) attributes['network.peer.port'] = remote.port;
    }
    attributes['network.transport'] = this.transport;
    if (server !== null && this.transport !== 'unix') {
      attributes['network.type'] = server.address.includes(':') ? 'ipv6' : 'ipv4';
    }
    if (this.error !== null) attributes['error.type'] ??= this.error;
    if (this.process !== null) {
      attributes['process.pid'] = this.process.pid;
      if (this.process.name !== null) attributes['process.executable.name'] = this.process.name;
      if (this.process.container !== null) attributes['container.id'] = this.process.container;
    }
    const { virtual } = this;
    if (virtual !== null) {
      attributes['sonde.virtual.address'] = virtual.address;
      if (virtual.port !== null) attributes['sonde.virtual.port'] = virtual.port;
    }
    return attributes;
  }

  /** A protocol that names the server (HTTP's Host) knows it by its virtual name. */
  #replaceByPeer(attributes: Attributes): void {
    if (this.connection.role !== 'client') return;
    const named = attributes['server.address'];
    if (named !== undefined && named !== this.virtual?.address) attributes['sonde.virtual.name'] = named;
    delete attributes['server.address'];
    delete attributes['server.port'];
  }
}
