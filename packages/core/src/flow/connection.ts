import type {
  Chunk,
  ConnectionHandle,
  ConnectionInfo,
  Direction,
  Endpoint,
  Input,
  Message,
  Protocol,
} from '../contracts/index.js';
import type { UnmatchedReason } from './counters.js';
import { ExchangeRecord } from './exchange-record.js';
import { Pairing } from './pairing.js';
import type { Pipeline } from './pipeline.js';
import { Stream } from './stream.js';
import { Undecided } from './undecided.js';

/** After so many protocols that turned out wrong, nobody tries again. */
const MAX_DOUBTS = 4;

/** One connection: recognises its protocol, splits it into two streams, pairs what they say. */
export class Connection implements ConnectionHandle {
  readonly pipeline: Pipeline;
  readonly transport: 'tcp' | 'udp' | 'unix';
  readonly observed: boolean;
  ignored = false;
  role: 'client' | 'server' | null;
  local: Endpoint | null;
  remote: Endpoint | null;
  /** Who is really at the other end, where a plane knows better than the socket. */
  peer: Endpoint | null = null;
  /** Address that the client believes in, where a plane knows a better one. */
  virtual: Endpoint | null = null;
  /** True once `peer` and `virtual` hold for the rest of the connection. */
  settled = false;
  pid: number;
  netns: number;
  protocol: Protocol | null = null;
  shared: unknown;
  /** A switch of protocol that the current step asked for. */
  switching = false;

  #suspect: string | null;
  #switchTarget: string | null = null;
  /** True while nothing was missed since the connection's first byte. */
  #lossless: boolean;
  #doubts = 0;
  /** Position of the next byte of each direction while nobody reads it, or -1 if that isn't known. */
  #nextOut: number;
  #nextIn: number;
  #fromClient: Stream | null = null;
  #fromServer: Stream | null = null;
  #undecidedOut: Undecided | null = null;
  #undecidedIn: Undecided | null = null;
  #byClient: Pairing | null = null;
  #byServer: Pairing | null = null;

  constructor(pipeline: Pipeline, info: ConnectionInfo) {
    this.pipeline = pipeline;
    this.transport = info.transport;
    this.observed = info.observed;
    this.role = info.role;
    this.local = info.local;
    this.remote = info.remote;
    this.pid = info.pid;
    this.netns = info.netns ?? 0;
    this.#suspect = info.protocol;
    this.#lossless = info.fromStart;
    this.#nextOut = info.positions?.outgoing ?? -1;
    this.#nextIn = info.positions?.incoming ?? -1;
  }

  get inOrder(): boolean {
    return this.protocol?.match === 'fifo';
  }

  get client(): Endpoint | null {
    return this.role === 'client' ? this.local : this.role === 'server' ? this.remote : null;
  }

  get server(): Endpoint | null {
    return this.role === 'client' ? this.remote : this.role === 'server' ? this.local : null;
  }

  toUnixNano(at: number): bigint {
    return this.pipeline.clock.toUnixNano(at);
  }

  update(info: Partial<ConnectionInfo>): void {
    if (info.local !== undefined) this.local = info.local;
    if (info.remote !== undefined) this.remote = info.remote;
    if (info.pid !== undefined) this.pid = info.pid;
    if (info.netns !== undefined) this.netns = info.netns;
    if (info.role !== undefined && info.role !== null && this.protocol === null) this.role = info.role;
    if (info.protocol !== undefined) this.#suspect = info.protocol;
  }

  data(chunk: Chunk): void {
    if (this.ignored) return;
    if (chunk.pid !== 0) this.pid = chunk.pid;
    if (this.protocol === null) {
      this.#recognise(chunk);
      if (chunk.outgoing) this.#nextOut = chunk.position + chunk.length;
      else this.#nextIn = chunk.position + chunk.length;
      return;
    }
    this.#deliver(chunk);
  }

  #deliver(chunk: Chunk): void {
    const stream = this.#streamOf(chunk, false);
    if (this.transport === 'udp') stream.pushDatagram(chunk);
    else stream.push(chunk);
  }

  #streamOf(chunk: Chunk, boundary: boolean): Stream {
    const fromClient = chunk.outgoing === (this.role === 'client');
    const existing = fromClient ? this.#fromClient : this.#fromServer;
    if (existing !== null) return existing;
    const whole = this.#lossless;
    const direction: Direction = fromClient ? 'request' : 'response';
    const position = whole ? 0 : boundary ? chunk.position : this.#firstPosition(chunk);
    const stream = new Stream(this, direction, position, whole || boundary, whole);
    if (fromClient) this.#fromClient = stream;
    else this.#fromServer = stream;
    return stream;
  }

  /** Where a direction that was joined late begins: what is missing before its first chunk is a loss like any other. */
  #firstPosition({ outgoing, position }: Chunk): number {
    const next = outgoing ? this.#nextOut : this.#nextIn;
    return next < 0 ? position : Math.min(next, position);
  }

  // ------------------------------------------------------------------ recognition

  #recognise(chunk: Chunk): void {
    const kept = chunk.outgoing ? this.#undecidedOut : this.#undecidedIn;
    const followed = kept?.add(chunk) ?? false;
    if (kept !== null && !followed) this.#forget(chunk.outgoing);
    const found = this.#identify(followed && kept !== null ? kept.whole : chunk);
    if (found === null) {
      this.#forget(chunk.outgoing);
      this.#lossless = false;
      this.pipeline.counters.unrecognisedChunks++;
    } else if (found === 'more') {
      if (followed) return;
      const undecided = new Undecided();
      if (!undecided.add(chunk)) this.#lossless = false;
      else if (chunk.outgoing) this.#undecidedOut = undecided;
      else this.#undecidedIn = undecided;
    } else {
      this.#settleOn(found.protocol, found.direction, followed ? kept!.chunks : [chunk]);
    }
  }

  #identify(chunk: Chunk) {
    const { window, identifier } = this.pipeline;
    window.set(chunk.bytes, chunk.view, chunk.start, chunk.end, chunk.at);
    const localPort = this.local?.port ?? null;
    const remotePort = this.remote?.port ?? null;
    return identifier.identify(window, chunk.length, {
      transport: this.transport,
      senderPort: chunk.outgoing ? localPort : remotePort,
      receiverPort: chunk.outgoing ? remotePort : localPort,
      direction: this.role === null ? null : (this.role === 'client') === chunk.outgoing ? 'request' : 'response',
      suspect: this.#suspect,
    });
  }

  #settleOn(protocol: Protocol, direction: Direction, chunks: Chunk[]): void {
    const [first] = chunks as [Chunk];
    this.role ??= (direction === 'request') === first.outgoing ? 'client' : 'server';
    const other = (first.outgoing ? this.#undecidedIn : this.#undecidedOut)?.chunks ?? [];
    this.#undecidedOut = this.#undecidedIn = null;
    this.#become(protocol);
    this.#streamOf(first, true);
    for (const chunk of [...other, ...chunks].sort((a, b) => a.at - b.at)) {
      if (this.protocol !== protocol) return; // the bytes proved it wrong
      this.#deliver(chunk);
    }
  }

  #become(protocol: Protocol): void {
    this.protocol = protocol;
    this.shared = protocol.createConnection?.();
    this.#byClient = this.#byServer = null;
    this.#fromClient = this.#fromServer = null;
  }

  #forget(outgoing: boolean): void {
    if (outgoing) this.#undecidedOut = null;
    else this.#undecidedIn = null;
  }

  /** Whether a message may begin here, by the protocol's rules. */
  mayBegin(direction: Direction, input: Input, size: number): boolean {
    return this.pipeline.identifier.mayBegin(this.protocol!, direction, input, size);
  }

  /** The protocol was a wrong guess: look again. */
  doubt(): void {
    this.#end(this.pipeline.lastAt, 'in-flight');
    this.protocol = null;
    this.#suspect = null;
    this.#fromClient = this.#fromServer = null;
    this.#byClient = this.#byServer = null;
    this.#lossless = false;
    if (++this.#doubts >= MAX_DOUBTS) this.ignored = true;
  }

  // ------------------------------------------------------------------ switch of protocol

  requestSwitch(protocol: string | null): void {
    this.switching = true;
    this.#switchTarget = protocol;
  }

  /** Carries out a switch; returns the stream that goes on in place of `stream`, or null if nobody can read it. */
  performSwitch(stream: Stream): Stream | null {
    this.switching = false;
    const next = this.#switchTarget === null ? null : this.pipeline.protocol(this.#switchTarget);
    const { direction } = stream;
    const otherBefore = direction === 'request' ? this.#fromServer : this.#fromClient;
    const asked = this.#byClient;
    this.#byServer?.close(this.pipeline.lastAt, 'in-flight');
    if (next === null) {
      asked?.close(this.pipeline.lastAt, 'in-flight');
      this.ignored = true;
      this.#fromClient = this.#fromServer = null;
      return null;
    }
    this.#become(next);
    asked?.handOver((request) => this.#adopt(request), this.pipeline.lastAt);
    const same = new Stream(this, direction, 0, true, this.#lossless);
    const other = new Stream(this, direction === 'request' ? 'response' : 'request', 0, true, this.#lossless);
    this.#fromClient = direction === 'request' ? same : other;
    this.#fromServer = direction === 'request' ? other : same;
    if (otherBefore !== null) otherBefore.takeUnread(other);
    return same;
  }

  /** Whether the protocol that the connection speaks now answers a request of the one before. */
  #adopt(before: ExchangeRecord): boolean {
    const message = this.protocol!.adopt?.(before.request, this.shared) ?? null;
    if (message !== null) this.pairing('request').adopt(message, before);
    return message !== null;
  }

  // ------------------------------------------------------------------ pairing

  /** Requests that `initiator` sent: the client usually, the server where a protocol lets it ask. */
  pairing(initiator: Direction): Pairing {
    if (initiator === 'request') {
      this.#byClient ??= new Pairing(this, this.protocol!, this.#lossless);
      return this.#byClient;
    }
    this.#byServer ??= new Pairing(this, this.protocol!, this.#lossless);
    return this.#byServer;
  }

  /** Whether responses are sure to belong to the requests that wait. */
  get isSure(): boolean {
    return !this.inOrder || (this.#byClient?.isSure ?? this.#lossless);
  }

  oneway(message: Message, at: number): ExchangeRecord {
    const record = new ExchangeRecord(this.protocol!, this, message);
    record.requestStart = at;
    return record;
  }

  requestFinished(record: ExchangeRecord, at: number): void {
    record.requestEnd = at;
    if (record.request.kind === 'oneway') this.report(record, null);
  }

  responseFinished(record: ExchangeRecord, at: number, direction: Direction): void {
    const pairing = direction === 'response' ? this.#byClient : this.#byServer;
    pairing?.finished(record, at);
  }

  /** Bytes of a direction were lost. */
  lose(direction: Direction, at: number): void {
    this.#lossless = false;
    this.#byClient?.lose(direction === 'request', at);
    this.#byServer?.lose(direction === 'response', at);
  }

  report(record: ExchangeRecord, failure: string | null): void {
    this.pipeline.report(record, failure);
  }

  countUnmatched(reason: UnmatchedReason, count: number): void {
    this.pipeline.counters.unmatched.add(reason, count);
  }

  // ------------------------------------------------------------------ end

  expire(now: number): void {
    const timeout = (this.protocol?.timeoutMs ?? 60_000) * 1e6;
    this.#byClient?.expire(now - timeout, now);
    this.#byServer?.expire(now - timeout, now);
  }

  /** One direction has ended. */
  endDirection(outgoing: boolean, at: number): void {
    if (this.role === null) return;
    (outgoing === (this.role === 'client') ? this.#fromClient : this.#fromServer)?.end(at);
  }

  close(at: number, reason: 'closed' | 'in-flight'): void {
    this.#end(at, reason);
    this.ignored = true;
    // An exchange that somebody keeps must not keep unread bytes.
    this.#fromClient = this.#fromServer = null;
    this.#byClient = this.#byServer = null;
    this.#undecidedOut = this.#undecidedIn = null;
    this.shared = undefined;
  }

  #end(at: number, reason: 'closed' | 'in-flight'): void {
    if (reason === 'closed') {
      this.#fromClient?.end(at);
      this.#fromServer?.end(at);
    }
    this.#byClient?.close(at, reason);
    this.#byServer?.close(at, reason);
  }
}
