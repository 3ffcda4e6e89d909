import { findByte, findCrLf, type Input, parseDecimal, type StreamContext, type StreamParser } from '@sonde/core';
import { type Command, commandOf, isCommand, isShown, keptOf } from './commands.js';
import { beginsRequest } from './detect.js';
import { splitInline } from './inline.js';
import { MAX_ARGUMENTS, type RedisConnection, type RedisMessage, type RedisRequest } from './messages.js';
import { isSubcommand, isWord, text, word } from './words.js';

/** Longest text that is waited for and kept of an argument. */
const MAX_TEXT = 4096;
/** Longest line of a count or a length. */
const MAX_LINE = 32;
/** Longest inline command (Redis: 64 KiB). */
const MAX_INLINE = 16_384;
/** Most arguments of a command (Redis: a million for clients that have logged in). */
const MAX_COUNT = 2 ** 31;
/** Longest argument. */
const MAX_BULK = 2 ** 32;
/** Bytes of the shortest argument: `$0`, CRLF, CRLF. */
const SHORTEST = 6;

const CR = 0x0d;
const LF = 0x0a;
const STAR = 0x2a;
const DOLLAR = 0x24;

const NOTHING = { kind: 'control' } as unknown as RedisMessage;

/** Reads the commands of a connection: arrays of bulk strings, and inline commands. */
export class RedisRequestStream implements StreamParser {
  readonly #context: StreamContext<RedisMessage, RedisConnection>;
  /** Elements of the command that are still to come; 0 between commands. */
  #left = 0;
  #message: RedisRequest | null = null;
  #command: Command = commandOf('');
  /** Leading arguments of the command that may be shown, as far as is known. */
  #keep = 0;
  /** Replies that had been seen when the command's first bytes came. */
  #responsesBefore = -1;
  /** After a cut command: what is no command at the start of a chunk is stepped over. */
  #unframed = false;

  constructor(context: StreamContext<RedisMessage, RedisConnection>) {
    this.#context = context;
  }

  read({ bytes, start, end }: Input): number {
    let at = start;
    if (this.#left === 0) {
      if (this.#unframed) {
        const verdict = beginsRequest(bytes, start, end);
        if (verdict === 'no') {
          this.#context.emit(NOTHING); // the next command begins with its own bytes, and at their time
          return end - start;
        }
        if (verdict === 'more') return 0;
        this.#unframed = false;
      }
      if (bytes[at] !== STAR) return this.#inline(bytes, start, end);
      at = this.#count(bytes, start, end);
      if (this.#left === 0) return at - start;
    }
    return this.#arguments(bytes, at, end) - start;
  }

  gap({ bytes, start, end }: Input, missing: number): number {
    const left = end - start + missing;
    if (this.#left === 0 && (start === end || bytes[start] !== STAR)) return -1;
    let at = start;
    if (this.#left === 0) at = this.#count(bytes, start, end);
    // A reply that came meanwhile may be the one to this command: it would be reported too late for it.
    if (this.#left === 0 || this.#context.shared.responses !== this.#responsesBefore) return -1;
    // Another command may hide in the hole if this one isn't alone.
    const alone = this.#context.pending() === undefined;
    at = this.#arguments(bytes, at, end, true);
    if (this.#left === 0 || at - start >= left) return at - start;
    const message = this.#message;
    if (message === null || !alone || missing - Math.max(0, at - end) < this.#left * SHORTEST) return -1;
    message.truncated = true;
    this.#left = 0;
    this.#unframed = true;
    this.#finish(message);
    return left;
  }

  resync({ bytes, start, end }: Input): number {
    return beginsRequest(bytes, start, end) === 'no' ? -1 : 0;
  }

  /** Reads `*N`. Returns the position after it; `#left` stays 0 where the line isn't whole or there is no command. */
  #count(bytes: Uint8Array, start: number, end: number): number {
    if (this.#responsesBefore < 0) this.#responsesBefore = this.#context.shared.responses;
    const line = findCrLf(bytes, start + 1, Math.min(end, start + MAX_LINE));
    if (line < 0) return end - start >= MAX_LINE ? this.#context.fail('count of arguments') : start;
    const count = parseDecimal(bytes, start + 1, line);
    if (count > 0 && count <= MAX_COUNT) {
      this.#left = count;
      this.#message = null;
    } else if (count === 0 || (bytes[start + 1] === 0x2d && parseDecimal(bytes, start + 2, line) >= 0)) {
      this.#context.emit(NOTHING); // Redis takes an empty command for none
    } else this.#context.fail('count of arguments');
    return line + 2;
  }

  /** Reads arguments from `at` on; with `cut`, no more bytes will come than there are. Returns how far it came. */
  #arguments(bytes: Uint8Array, from: number, end: number, cut = false): number {
    let at = from;
    while (this.#left > 0 && at < end) {
      if (bytes[at] !== DOLLAR) this.#context.fail('argument without length');
      const line = findCrLf(bytes, at + 1, Math.min(end, at + MAX_LINE));
      if (line < 0) {
        if (end - at >= MAX_LINE) this.#context.fail('length of an argument');
        return at;
      }
      const length = parseDecimal(bytes, at + 1, line);
      if (length < 0 || length > MAX_BULK) this.#context.fail('length of an argument');
      const data = line + 2;
      const after = data + length;
      if (after + 2 <= end && (bytes[after] !== CR || bytes[after + 1] !== LF))
        this.#context.fail('end of an argument');
      const available = Math.min(length, end - data);
      if (available < length && (cut ? this.#message === null : available < MAX_TEXT && this.#wanted)) return at;
      this.#take(bytes, data, data + available, available < length);
      at = after + 2;
      this.#left--;
    }
    if (this.#left === 0 && this.#message !== null) this.#finish(this.#message);
    return at;
  }

  /** Whether the text of the next argument will be shown, so that it is worth waiting for. */
  get #wanted(): boolean {
    const message = this.#message;
    if (message === null) return true;
    const index = message.args.length;
    if (index >= MAX_ARGUMENTS && index > 0) return false;
    return !this.#context.redact.enabled || isShown(this.#command, message.argCount - this.#left, this.#keep);
  }

  /** Takes an argument of which the bytes from `start` to `end` are there. */
  #take(bytes: Uint8Array, start: number, end: number, cut: boolean): void {
    const message = this.#message;
    if (message === null) {
      if (cut || !isWord(bytes, start, end)) this.#context.fail('name of a command');
      this.#start(word(bytes, start, end), this.#left - 1);
      return;
    }
    const index = message.argCount - this.#left;
    if (index === 0 && this.#command.container) this.#subcommand(message, bytes, start, cut ? start : end);
    else if (index === 1 && this.#command.counted !== null) this.#keys(message, bytes, start, end);
    if (index >= MAX_ARGUMENTS) return;
    if (this.#context.redact.enabled && !isShown(this.#command, index, this.#keep)) {
      message.args.push('?');
      return;
    }
    const argument = text(bytes, start, end, MAX_TEXT);
    message.args.push(argument);
    if (cut) message.truncated = true;
    if (index === 0 || (index === 2 && this.#command.counted === 'script')) message.resource ??= argument;
  }

  /** The second word of a command; what can't be one is nothing to show. */
  #subcommand(message: RedisRequest, bytes: Uint8Array, start: number, end: number): void {
    if (isSubcommand(bytes, start, end)) {
      message.subcommand = word(bytes, start, end);
      this.#keep = keptOf(message.operation, message.subcommand);
    } else this.#keep = 0;
  }

  /** The number of a script's keys, which follow it; arguments follow them. */
  #keys(message: RedisRequest, bytes: Uint8Array, start: number, end: number): void {
    const keys = parseDecimal(bytes, start, end);
    this.#keep = keys < 0 ? 1 : keys > message.argCount - 2 ? 2 : 2 + keys;
  }

  #start(operation: string, argCount: number): void {
    const { shared, fromStart } = this.#context;
    if (shared.database === undefined) shared.database = fromStart ? 0 : null;
    this.#command = commandOf(operation);
    this.#keep = this.#command.keep;
    this.#message = {
      kind: 'request',
      operation,
      subcommand: undefined,
      resource: null,
      args: [],
      argCount,
      database: shared.database,
    };
  }

  #finish(message: RedisRequest): void {
    const { shared } = this.#context;
    if (!isAnswered(message, shared)) message.kind = 'oneway';
    else {
      shared.newest = message;
      if (this.#command.decisive) shared.decisive++;
    }
    this.#message = null;
    this.#responsesBefore = -1;
    this.#context.emit(message);
  }

  #inline(bytes: Uint8Array, start: number, end: number): number {
    const lineEnd = findByte(bytes, LF, start, end);
    if (lineEnd < 0) {
      const first = bytes[start]! | 0x20;
      const hopeless = (first < 0x61 || first > 0x7a) && first !== 0x2d && first > 0x20;
      if (hopeless || end - start > MAX_INLINE) this.#context.fail('not a command');
      return 0;
    }
    const stop = lineEnd > start && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    const found = splitInline(bytes, start, stop);
    const name = found?.[0];
    if (!found || (name && !isWord(bytes, name.start, name.end))) this.#context.fail('not a command');
    if (name === undefined) this.#context.emit(NOTHING);
    else {
      const operation = word(bytes, name.start, name.end);
      // A line of any other protocol begins with some word: only those of Redis are believed.
      if (!isCommand(operation)) this.#context.fail('not a command');
      this.#left = found!.length - 1;
      this.#start(operation, this.#left);
      for (const argument of found!.slice(1)) {
        this.#take(bytes, argument.start, argument.end, false);
        this.#left--;
      }
      this.#finish(this.#message!);
    }
    return lineEnd + 1 - start;
  }
}

/** Whether the server will answer, by what the client said of replies before (`CLIENT REPLY`). */
function isAnswered(message: RedisRequest, shared: RedisConnection): boolean {
  if (message.operation === 'CLIENT' && message.subcommand === 'REPLY') {
    const mode = message.args[1]?.toUpperCase();
    if (mode === 'ON') {
      shared.replies = true;
      return true;
    }
    if (mode === 'OFF') shared.replies = false;
    else if (mode === 'SKIP') shared.skipNext = shared.replies;
    else return shared.replies;
    return false;
  }
  if (shared.skipNext) {
    shared.skipNext = false;
    return false;
  }
  return shared.replies;
}
