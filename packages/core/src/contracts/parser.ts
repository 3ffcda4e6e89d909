import type { Direction, Message } from './message.js';

/**
 * A window on the unread bytes of one direction: `bytes[start]` up to, not including, `bytes[end]`.
 *
 * It is **leased**: valid until the call that received it returns. Copy what you keep (strings are copies).
 */
export interface Input {
  readonly bytes: Uint8Array;
  /** The same memory and the same offsets as `bytes`. */
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
  /** Time of the newest chunk in the window, in nanoseconds of the source's clock. */
  readonly at: number;
}

/** What the host offers to the parser of one direction. */
export interface StreamContext<M extends Message = Message, S = unknown> {
  readonly direction: Direction;
  readonly transport: 'tcp' | 'udp' | 'unix';
  /** State that both directions of the connection share: what `createConnection` of the protocol returned. */
  readonly shared: S;
  /** True while nothing was missed since the connection's first byte. */
  readonly fromStart: boolean;
  /** What may be shown: text that can hold secrets passes through here before it is kept. */
  readonly redact: Redactor;

  /** A whole message: it ends with the bytes that this `read` consumes. */
  emit(message: M): void;
  /** The head of a message is known and it can be paired; the message goes on in later reads, until {@link finish}. */
  begin(message: M): void;
  /** The message ends with the bytes that this `read` consumes. Without an argument: the one begun last. */
  finish(message?: M): void;
  /**
   * Counts the bytes that this `read` consumes to a message that was begun earlier; needed only by protocols that
   * interleave messages (HTTP/2). Without it bytes count to the next message to end.
   */
  touch(message: M): void;

  /** The oldest request that has no response yet, or the one with this id; undefined if there is none. */
  pending(id?: number | string): M | undefined;
  /** Gives up on a pending request without a response: it will never have one (a reset stream, a cancel). */
  abandon(request: M, reason: string): void;
  /**
   * From the end of this read on the connection speaks another protocol, in both directions: the name of one
   * (`'http2'`, after an upgrade), or null for bytes that nobody can read (TLS, a tunnel).
   */
  switchTo(protocol: string | null): void;
  /** The bytes are not what this parser understands. Counted as a parse error; the host looks for the next boundary. */
  fail(reason: string): never;
}

/**
 * Parses one direction of one connection. Pure: no input or output, no clock, no timers.
 *
 * The host keeps unread bytes, so a parser is written as if messages were whole: look at the window, and either take
 * one step or ask for more.
 */
export interface StreamParser {
  /**
   * Takes one step: at most one message, or a part of one.
   *
   * @returns how many bytes the step consumes. **0** asks for more bytes. A number **larger than the window** steps
   * over bytes that are still to come or were not captured (a body): a message emitted in this read ends there.
   */
  read(input: Input): number;
  /**
   * The unread bytes in the window are followed by `missing` bytes that nobody captured, and `read` wanted more. Emit
   * what can be told (set `truncated`), and return how many bytes to step over, which may reach into the gap or past it
   * (a frame whose length is known), or **-1** when the next boundary can't be told. Default: -1.
   */
  gap?(input: Input, missing: number): number;
  /**
   * Looks for the start of a message after bytes were lost. The window begins at a chunk that the peer wrote or read in
   * one piece, which often is a boundary.
   *
   * @returns bytes to step over to reach the boundary, or **-1** when there is none in the window. Default: a boundary
   * is where a `request` (`response`) detection rule of the protocol matches at the window's start.
   */
  resync?(input: Input): number;
  /** No more bytes will come in this direction: finish a message that ends with the stream. */
  end?(): void;
}

/** SQL dialects that quote differently, by their `db.system.name` of OpenTelemetry. */
export type SqlDialect = 'postgresql' | 'mysql' | 'mariadb' | 'sqlite' | 'microsoft.sql_server' | 'oracle.db';

/** Masks secrets. The default policy masks; `mask: false` in the configuration turns every function into the identity. */
export interface Redactor {
  readonly enabled: boolean;
  /**
   * SQL with string and number literals replaced by `?`. Without a dialect, whatever could be a literal in any of them is
   * replaced: `"name"` too, which is an identifier in PostgreSQL and a string in MySQL.
   *
   * @param backslash whether a backslash escapes within every string, where the session says so
   *   (`standard_conforming_strings`, `NO_BACKSLASH_ESCAPES`). Without it PostgreSQL's and MySQL's strings are read both
   *   ways, and what is a literal in either is replaced.
   */
  sql(text: string, dialect?: SqlDialect, backslash?: boolean): string;
  /** A request target or URL without its secrets: parameters, users before the host, what follows `/reset/`. */
  url(text: string): string;
  /** The value of a header: `?` in place of credentials (authorization, cookies, tokens). */
  header(name: string, value: string): string;
  /** A value that is payload (a Redis value, a message body): `?`. */
  value(text: string): string;
}
