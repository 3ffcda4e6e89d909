import type { Input, StreamContext, StreamParser } from '@sonde/core';
import { checkHeader, Magic, readResponse, wholeLength } from './binary.js';
import { ANSWERS, ERRORS } from './commands.js';
import { beginsNumber, beginsResponse } from './detect.js';
import type { MemcachedMessage, MemcachedRequest, MemcachedResponse } from './messages.js';
import { Words } from './words.js';

const MAX_LINE = 8192;
const words = new Words();

/** Reads the answers of a connection, of either protocol. */
export class MemcachedResponseStream implements StreamParser {
  readonly #context: StreamContext<MemcachedMessage, undefined>;
  /** Answer of which values or statistics came, and not yet the `END`. */
  #begun: MemcachedResponse | null = null;

  constructor(context: StreamContext<MemcachedMessage, undefined>) {
    this.#context = context;
  }

  read(input: Input): number {
    const { bytes, start, end } = input;
    if (bytes[start] === Magic.response) return this.#binary(input);
    if (!words.read(bytes, start, end)) {
      const first = bytes[start]!;
      if (first < 0x30 || first > 0x7a || end - start > MAX_LINE) this.#context.fail('not an answer');
      return 0;
    }
    return words.next - start + this.#line();
  }

  gap(): number {
    this.#begun = null;
    return -1;
  }

  resync(input: Input): number {
    this.#begun = null;
    return beginsResponse(input) === 'no' && !beginsNumber(input) ? -1 : 0;
  }

  #binary(input: Input): number {
    const verdict = checkHeader(input, Magic.response);
    if (verdict === 'more') return 0;
    if (verdict === 'no') this.#context.fail('not a header');
    this.#context.emit(readResponse(input));
    return wholeLength(input);
  }

  /** Takes the line that was read; returns how many bytes of a value follow it. */
  #line(): number {
    const status = words.name(0);
    switch (status) {
      case 'VALUE':
        return this.#value(words.number(3));
      case 'VA': {
        const length = words.number(1);
        if (length < 0) this.#context.fail('length of a value');
        this.#emit({ kind: 'response', status, failed: false, hits: 1, valueBytes: length });
        return length + 2;
      }
      case 'STAT':
      case 'ITEM':
        this.#begin(status);
        return 0;
      case 'END':
        this.#end();
        return 0;
      default:
    }
    if (this.#begun !== null && !ERRORS.has(status) && status !== 'RESET') this.#context.fail('values without an end');
    this.#begun = null;
    if (words.count === 1 && words.number(0) >= 0) {
      this.#emit({ kind: 'response', status: 'NUMBER', failed: false });
      return 0;
    }
    const failed = ERRORS.has(status);
    if (!failed && !ANSWERS.has(status)) this.#context.fail('not an answer');
    const message: MemcachedResponse = { kind: 'response', status, failed };
    if (failed || status === 'VERSION') message.message = words.rest();
    this.#emit(message);
    return 0;
  }

  #value(length: number): number {
    if (length < 0) this.#context.fail('length of a value');
    const message = this.#begin('VALUE');
    message.hits = (message.hits ?? 0) + 1;
    message.valueBytes = (message.valueBytes ?? 0) + length;
    return length + 2;
  }

  #begin(status: string): MemcachedResponse {
    if (this.#begun !== null) return this.#begun;
    const message: MemcachedResponse = { kind: 'response', status, failed: false };
    this.#begun = message;
    this.#context.begin(message);
    return message;
  }

  #end(): void {
    if (this.#begun === null) {
      this.#context.emit({ kind: 'response', status: 'END', failed: false });
      return;
    }
    this.#begun = null;
    this.#context.finish();
  }

  /** What is said before the answer to `mn` answers quiet commands before it. */
  #emit(message: MemcachedResponse): void {
    const waiting = this.#context.pending() as MemcachedRequest | undefined;
    if (waiting?.operation === 'MN' && message.status !== 'MN' && !message.failed) message.kind = 'control';
    this.#context.emit(message);
  }
}
