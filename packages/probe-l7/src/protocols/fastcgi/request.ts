import type { Input, StreamParser } from '@sonde/core';
import type { FastcgiContext } from './connection.js';
import { requestBoundary } from './detect.js';
import { CONTROL, createRequest, type FastcgiRequest } from './messages.js';
import { Params } from './params.js';
import { FIXED_BODY, HEADER, KEEP_CONNECTION, RecordHeader, RecordType, ROLES } from './records.js';

const header = new RecordHeader();
/** Parameters of so many requests at once are put together; more than one is rare already. */
const MAX_PARAMS = 16;

/** Reads what the web server sends. */
export class FastcgiRequestStream implements StreamParser {
  readonly #context: FastcgiContext;
  /** The request whose parameters came last, and those whose parameters were interrupted by others'. */
  #params: Params;
  #paramsOf: FastcgiRequest | null = null;
  readonly #interrupted = new Map<FastcgiRequest, Params>();
  /** Content and padding that is left of a record of parameters, and whose it is. */
  #left = 0;
  #padding = 0;
  #current: FastcgiRequest | null = null;

  constructor(context: FastcgiContext) {
    this.#context = context;
    this.#params = new Params(context.redact);
    context.shared.begins(context);
  }

  read({ bytes, start, end }: Input): number {
    if (this.#left > 0) return this.#readParams(bytes, start, end, 0);
    if (end - start < HEADER) return 0;
    if (!header.read(bytes, start)) this.#context.fail('header of a record');
    const { type, content, padding } = header;
    const length = HEADER + content + padding;
    switch (type) {
      case RecordType.beginRequest:
        if (content !== FIXED_BODY) this.#context.fail('length of BEGIN_REQUEST');
        if (end - start < HEADER + FIXED_BODY) return 0;
        this.#begin(bytes, start + HEADER);
        return length;
      case RecordType.getValues: {
        const message = createRequest(header.id);
        message.operation = 'GET_VALUES';
        this.#context.shared.add(this.#context, message);
        this.#context.emit(message);
        return length;
      }
      case RecordType.params:
        return this.#beginParams(bytes, start, end);
      case RecordType.abortRequest:
      case RecordType.stdin:
      case RecordType.data:
        this.#body(type, content);
        return length;
      default:
        return this.#context.fail('a record of the application');
    }
  }

  gap(): number {
    return this.#left > 0 ? this.#cutParams() : -1;
  }

  resync(input: Input): number {
    return requestBoundary(input);
  }

  #begin(bytes: Uint8Array, body: number): void {
    const message = createRequest(header.id);
    message.role = ROLES[bytes[body + 1]!] ?? null;
    message.keepConnection = (bytes[body + 2]! & KEEP_CONNECTION) !== 0;
    this.#context.shared.add(this.#context, message);
    this.#context.begin(message);
  }

  #beginParams(bytes: Uint8Array, start: number, end: number): number {
    const message = this.#context.pending(header.id) as FastcgiRequest | undefined;
    if (message === undefined || message.operation === 'GET_VALUES') {
      this.#context.emit(CONTROL);
      return HEADER + header.content + header.padding;
    }
    this.#current = message;
    if (header.content === 0) {
      this.#endParams(message);
      return HEADER + header.padding;
    }
    this.#left = header.content;
    this.#padding = header.padding;
    this.#choose(message);
    return this.#readParams(bytes, start + HEADER, end, HEADER);
  }

  /** Reads what is there of a record of parameters. */
  #readParams(bytes: Uint8Array, from: number, end: number, before: number): number {
    const message = this.#current!;
    const available = Math.min(this.#left, end - from);
    if (this.#paramsOf === message) this.#params.feed(bytes, from, from + available);
    this.#left -= available;
    this.#context.touch(message);
    return before + available + (this.#left === 0 ? this.#padding : 0);
  }

  /** A part of a record of parameters was not captured: the others are still good. Returns bytes to step over. */
  #cutParams(): number {
    const message = this.#current!;
    message.truncated = true;
    this.#complete(message);
    this.#context.touch(message);
    const left = this.#left + this.#padding;
    this.#left = 0;
    return left;
  }

  /** Makes the parameters of `message` the ones that are read. */
  #choose(message: FastcgiRequest): void {
    if (this.#paramsOf === message || message.truncated === true) return;
    if (this.#paramsOf !== null) this.#interrupt(this.#paramsOf);
    const known = this.#interrupted.get(message);
    if (known === undefined) this.#params.start(message);
    else {
      this.#interrupted.delete(message);
      this.#params = known;
    }
    this.#paramsOf = message;
  }

  /** Keeps the parameters that were read so far for later, or reports them as they are where too many are kept. */
  #interrupt(message: FastcgiRequest): void {
    for (const other of this.#interrupted.keys()) {
      if (this.#context.pending(other.id) !== other) this.#interrupted.delete(other);
    }
    if (this.#interrupted.size < MAX_PARAMS) {
      this.#interrupted.set(message, this.#params);
      this.#params = new Params(this.#context.redact);
    } else {
      message.truncated = true;
      this.#complete(message);
    }
  }

  #endParams(message: FastcgiRequest): void {
    this.#choose(message);
    this.#complete(message);
    if (message.role === 'AUTHORIZER') this.#context.finish(message);
    else this.#context.touch(message);
  }

  #complete(message: FastcgiRequest): void {
    if (this.#paramsOf !== message) return;
    this.#params.finish();
    this.#paramsOf = null;
    this.#context.shared.complete(message);
  }

  /** STDIN, the data of a filter, or the end of interest. */
  #body(type: number, content: number): void {
    const message = this.#context.pending(header.id) as FastcgiRequest | undefined;
    if (message === undefined) {
      this.#context.emit(CONTROL);
      return;
    }
    if (message.bodySize !== null) message.bodySize += content;
    if (type === RecordType.abortRequest) message.aborted = true;
    const last = message.role === 'FILTER' ? RecordType.data : RecordType.stdin;
    if (type === last && content === 0) this.#context.finish(message);
    else this.#context.touch(message);
  }
}
