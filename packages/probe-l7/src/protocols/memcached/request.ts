import type { Input, StreamContext, StreamParser } from '@sonde/core';
import { checkHeader, Magic, readRequest, requestHead, wholeLength } from './binary.js';
import { layoutOf, operationOf } from './commands.js';
import { beginsRequest } from './detect.js';
import type { MemcachedMessage, MemcachedRequest } from './messages.js';
import { Words } from './words.js';

/** Longest line: a `get` of a few hundred long keys. */
const MAX_LINE = 32_768;

const NOTHING = { kind: 'control' } as unknown as MemcachedMessage;
const words = new Words();

/** Reads the commands of a connection, of either protocol: the first byte tells which. */
export class MemcachedRequestStream implements StreamParser {
  readonly #context: StreamContext<MemcachedMessage, undefined>;

  constructor(context: StreamContext<MemcachedMessage, undefined>) {
    this.#context = context;
  }

  read(input: Input): number {
    const { bytes, start, end } = input;
    if (bytes[start] === Magic.request) return this.#binary(input);
    if (!words.read(bytes, start, end)) {
      const first = bytes[start]!;
      if (first < 0x61 || first > 0x7a || end - start > MAX_LINE) this.#context.fail('not a command');
      return 0;
    }
    const after = words.next - start;
    if (words.count === 0) {
      this.#context.emit(NOTHING);
      return after;
    }
    const message = this.#text();
    this.#context.emit(message);
    return message.valueBytes === undefined ? after : after + message.valueBytes + 2;
  }

  resync(input: Input): number {
    return beginsRequest(input) === 'no' ? -1 : 0;
  }

  #binary(input: Input): number {
    const verdict = checkHeader(input, Magic.request);
    if (verdict === 'more') return 0;
    if (verdict === 'no') this.#context.fail('not a header');
    if (requestHead(input) > input.end - input.start) return 0;
    this.#context.emit(readRequest(input));
    return wholeLength(input);
  }

  #text(): MemcachedRequest {
    const name = words.name(0);
    const layout = layoutOf(name);
    // The server answers what it doesn't know as well; nobody can say that of bytes found after a loss.
    if (layout === undefined && !(this.#context.fromStart && /^[a-z_]{2,}$/.test(name))) {
      this.#context.fail('not a command');
    }
    const message: MemcachedRequest = {
      kind: words.endsWith('noreply') ? 'oneway' : 'request',
      operation: layout === undefined ? 'UNKNOWN' : operationOf(name),
      resource: null,
      keyCount: 0,
      encoding: 'text',
    };
    if (name === 'quit' || name === 'shutdown') message.kind = 'oneway';
    if (layout === 'bare' || layout === undefined) return message;
    const first = layout === 'keys after time' ? 2 : 1;
    const many = layout === 'keys' || layout === 'keys after time';
    message.keyCount = many ? Math.max(0, words.count - first) : 1;
    if (many) message.kind = 'request'; // a key may be called noreply
    if (words.count > first) message.resource = words.text(first);
    if (layout === 'storage') setValue(message, words.number(4));
    else if (layout === 'meta storage') setValue(message, words.number(2));
    if (layout === 'meta' || layout === 'meta storage') {
      message.kind = 'request';
      for (let i = 2; i < words.count; i++) if (words.name(i) === 'q') message.kind = 'oneway';
    }
    return message;
  }
}

/** The server takes a line without a proper length for an error, and what follows for the next command. */
function setValue(message: MemcachedRequest, length: number): void {
  if (length >= 0 && length < 2 ** 31) message.valueBytes = length;
}
