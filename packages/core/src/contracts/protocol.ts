import type { Direction, Message } from './message.js';
import type { Input, StreamContext, StreamParser } from './parser.js';

/** Value of an attribute, as OpenTelemetry allows. */
export type AttributeValue = string | number | boolean | readonly string[] | readonly number[];
/** Attributes by their OpenTelemetry name. */
export type Attributes = Record<string, AttributeValue>;

/** Bytes that stand at a fixed offset from the start of a chunk. */
export interface ByteMatch {
  /** Offset from the first byte of the chunk, 0 to 63. Negative offsets are not allowed. */
  offset: number;
  /** 1 to 16 bytes: a string (latin1) or numbers. */
  bytes: string | readonly number[];
  /** Mask for each byte, as long as `bytes`. @default all 0xff */
  mask?: readonly number[];
}

/** A length field that has to agree with the size of the chunk. */
export interface LengthMatch {
  offset: number;
  size: 1 | 2 | 3 | 4;
  /** @default 'big' */
  endian?: 'big' | 'little';
  /** Added to the field's value to give the length of the whole message. */
  plus: number;
  /**
   * `equal`: the message is the whole chunk. `within`: one or more messages fit in the chunk (value ≤ chunk).
   * `bounded`: `min ≤ value ≤ max`, whatever the chunk.
   */
  compare: 'equal' | 'within' | 'bounded';
  min?: number;
  max?: number;
}

/**
 * A rule by which the kernel, and the host, suspects a protocol at the start of a chunk. Rules are data: the kernel
 * interprets them without recompiling anything. All conditions of one rule must hold; any rule is enough.
 */
export interface DetectRule {
  /** Who sent the chunk, if the rule holds. */
  direction: Direction;
  /** @default ['tcp', 'unix'] */
  transports?: readonly ('tcp' | 'udp' | 'unix')[];
  /** Up to four places. */
  match?: readonly ByteMatch[];
  length?: LengthMatch;
  /** Ports of the server. With `match` or `length` absent, the port alone is the rule: use it for weak signatures only. */
  ports?: readonly number[];
  /** Smallest chunk that the rule holds for. @default what the offsets ask for */
  minimum?: number;
}

/** What {@link Detection.confirm} says of the first bytes. */
export type Verdict = 'yes' | 'no' | 'more';

/** How a protocol is recognised: cheap rules in the kernel, then a closer look in user space. */
export interface Detection {
  /** None for a protocol that connections come to only by `switchTo` of another one (WebSocket). */
  rules: readonly DetectRule[];
  /**
   * A closer look at bytes that a rule of this protocol matched. It keeps the false-positive rate down: check what the
   * format promises beyond the magic.
   *
   * @default 'yes'
   */
  confirm?(input: Input, direction: Direction): Verdict;
}

/** A low-cardinality summary of an exchange: the span's name, its status and its error. */
export interface Description {
  /** Span name by OpenTelemetry's rules: `GET /users/{id}`, `SELECT`, `orders publish`. Low cardinality. */
  name: string;
  /** Status as the protocol writes it: 200, `OK`, `42P01`; null where there is none. */
  status: string | number | null;
  /** Null, or a short reason of low cardinality: `500`, `WRONGTYPE`, `NXDOMAIN`. */
  error: string | null;
  /** What the exchange turned out to be: one of the protocol's {@link Protocol.variants}. @default the protocol's name */
  protocol?: string;
}

/** Metric that the durations of a protocol's exchanges go to, by OpenTelemetry's names. */
export interface DurationMetric {
  /** e.g. `db.client.operation.duration`; `{side}` is replaced by `client` or `server`. */
  name: string;
  description?: string;
}

/** A protocol that travels in another one's messages, so that one parser reads both: gRPC in HTTP/2. */
export interface ProtocolVariant {
  description: string;
  metric: DurationMetric;
}

/** A protocol plugin. Written by `defineProtocol`, used by the L7 probe and by `sonde decode` alike. */
export interface Protocol<M extends Message = Message, S = unknown> {
  readonly kind: 'protocol';
  readonly apiVersion: 1;
  /** Lower-case name, as it stands in `protocol` of the JSON line: `http1`, `redis`. */
  readonly name: string;
  readonly description: string;
  /** What is parsed, what is not: the rows of the support matrix. */
  readonly support: ProtocolSupport;
  readonly detect: Detection;
  /** How responses find their requests: in order, or by `Message.id`. */
  readonly match: 'fifo' | 'id';
  readonly metric: DurationMetric;
  /** Names that `describe` may give an exchange in place of `name`, as it then stands in `protocol` of the JSON line. */
  readonly variants?: Readonly<Record<string, ProtocolVariant>>;
  /** Bytes wanted of each chunk. @default 1024 */
  readonly captureBytes?: number;
  /** Most unread bytes kept for a direction before they are given up and counted. @default 65536 */
  readonly maxBuffer?: number;
  /** How long a request may wait for its response, in milliseconds. @default 60000 */
  readonly timeoutMs?: number;
  /** Most requests of one connection that may wait at once. @default 10000 */
  readonly maxPending?: number;

  /** `import.meta.url` of the module that exports the protocol as `exportName`: lets it run in a worker. */
  readonly module?: string;
  /** @default 'default' */
  readonly exportName?: string;

  /** State that both directions of a connection share. */
  createConnection?(): S;
  createStream(direction: Direction, context: StreamContext<M, S>): StreamParser;
  /**
   * A request of the protocol that the connection spoke before a `switchTo`, in this protocol's own terms, if it is this
   * one that answers it (HTTP/2 after an upgrade: the request of stream 1). Null if the request stays without an answer.
   */
  adopt?(request: Message, shared: S): M | null;
  /** `response` is null for one-way messages and for requests that never got one. Called once for each exchange. */
  describe(request: M, response: M | null): Description;
  /** OpenTelemetry attributes beyond those that core adds (addresses, ports, transport, error.type). Called on demand. */
  attributes?(request: M, response: M | null): Attributes;
}

/** What a protocol plugin says of itself for the support matrix. */
export interface ProtocolSupport {
  /** e.g. `['RESP2', 'RESP3']` */
  versions: readonly string[];
  /** Honest limits, one sentence each. */
  limits: readonly string[];
}

/** What an author writes: a {@link Protocol} without the parts that `defineProtocol` adds. */
export type ProtocolDefinition<M extends Message = Message, S = unknown> = Omit<Protocol<M, S>, 'kind'>;
