import type { Input, StreamParser } from '@sonde/core';
import type { FastcgiContext } from './connection.js';
import { MAX_REQUESTS } from './connection.js';
import { Head } from './head.js';
import { CONTROL, createResponse, type FastcgiRequest, type FastcgiResponse } from './messages.js';
import { FIXED_BODY, HEADER, PROTOCOL_STATUS, RecordHeader, RecordType } from './records.js';

const header = new RecordHeader();

/** An answer that is under way. */
interface Answer {
  request: FastcgiRequest;
  message: FastcgiResponse;
  head: Head;
  /** Whether it was reported: it is once its status is known. */
  begun: boolean;
}

/** Reads what the application sends. */
export class FastcgiResponseStream implements StreamParser {
  readonly #context: FastcgiContext;
  readonly #answers = new Map<number, Answer>();
  /** Reader of heads that nobody uses. */
  #spare: Head | null = new Head();
  /** Content and padding that is left of a record that begins an answer, and whose it is. */
  #left = 0;
  #padding = 0;
  #current: Answer | null = null;

  constructor(context: FastcgiContext) {
    this.#context = context;
    context.shared.begins(context);
  }

  read({ bytes, start, end }: Input): number {
    if (this.#left > 0) return this.#readHead(bytes, start, end, 0);
    if (end - start < HEADER) return 0;
    if (!header.read(bytes, start)) this.#context.fail('header of a record');
    const { type, content, padding } = header;
    const length = HEADER + content + padding;
    switch (type) {
      case RecordType.stdout:
      case RecordType.stderr: {
        const answer = this.#answer();
        if (answer === null) {
          this.#context.emit(CONTROL);
          return length;
        }
        if (type === RecordType.stdout && content > 0 && !answer.head.done) {
          this.#current = answer;
          this.#left = content;
          this.#padding = padding;
          return this.#readHead(bytes, start + HEADER, end, HEADER);
        }
        if (type === RecordType.stdout) this.#count(answer.message, content);
        else answer.message.stderrSize += content;
        if (answer.begun) this.#context.touch(answer.message);
        return length;
      }
      case RecordType.endRequest:
        if (content !== FIXED_BODY) this.#context.fail('length of END_REQUEST');
        if (end - start < HEADER + FIXED_BODY) return 0;
        this.#end(bytes, start + HEADER);
        return length;
      case RecordType.getValuesResult:
      case RecordType.unknownType:
        this.#context.emit(this.#management());
        return length;
      default:
        return this.#context.fail('a record of the web server');
    }
  }

  gap(): number {
    const answer = this.#current;
    if (this.#left > 0) {
      answer!.head.cut();
      answer!.message.truncated = true;
      answer!.message.bodySize = null;
      const left = this.#left + this.#padding;
      this.#left = 0;
      return left;
    }
    // The hole hides the end: what is known of the answer is right all the same.
    if (answer?.begun && this.#answers.get(answer.message.id) === answer) {
      answer.message.truncated = true;
      answer.message.bodySize = null;
      this.#finish(answer);
    }
    return -1;
  }

  resync({ bytes, start, end }: Input): number {
    if (end - start < HEADER) return bytes[start] === 1 ? 0 : -1;
    if (!header.read(bytes, start) || header.type < RecordType.stdout) {
      return header.type === RecordType.endRequest && this.#isEnd(bytes, start, end) ? 0 : -1;
    }
    const isOutput = header.type === RecordType.stdout || header.type === RecordType.stderr;
    return isOutput && bytes[start + 7] === 0 && this.#context.pending(header.id) !== undefined ? 0 : -1;
  }

  #isEnd(bytes: Uint8Array, start: number, end: number): boolean {
    if (bytes[start] !== 1 || header.content !== FIXED_BODY || bytes[start + 7] !== 0) return false;
    return end - start < HEADER + FIXED_BODY || bytes[start + HEADER + 4]! < PROTOCOL_STATUS.length;
  }

  /** The answer that the record at hand belongs to; null where nobody waits for it. */
  #answer(): Answer | null {
    const { id } = header;
    const known = this.#answers.get(id);
    const request = this.#context.pending(id) as FastcgiRequest | undefined;
    if (known !== undefined && known.request === request) return known;
    if (known !== undefined) this.#answers.delete(id);
    if (request === undefined || this.#answers.size >= MAX_REQUESTS) return null;
    const message = createResponse(id);
    const head = this.#spare ?? new Head();
    this.#spare = null;
    head.start(message);
    const answer = { request, message, head, begun: false };
    this.#answers.set(id, answer);
    return answer;
  }

  /** Reads what is there of a record that holds the head. */
  #readHead(bytes: Uint8Array, from: number, end: number, before: number): number {
    const answer = this.#current!;
    const { message, head } = answer;
    const available = Math.min(this.#left, end - from);
    const body = head.feed(bytes, from, from + available);
    if (head.done) {
      answer.begun = true;
      this.#context.begin(message);
      // Nothing of the record is of interest any more.
      const left = this.#left + this.#padding;
      this.#count(message, from + this.#left - body);
      this.#left = 0;
      return before + left;
    }
    this.#left -= available;
    return before + available + (this.#left === 0 ? this.#padding : 0);
  }

  #count(message: FastcgiResponse, bytes: number): void {
    if (message.bodySize !== null) message.bodySize += bytes;
  }

  #end(bytes: Uint8Array, body: number): void {
    const answer = this.#answer();
    if (answer === null) {
      // Its request was never seen.
      this.#context.emit(createResponse(header.id));
      return;
    }
    const { message } = answer;
    const status = (bytes[body]! << 24) | (bytes[body + 1]! << 16) | (bytes[body + 2]! << 8) | bytes[body + 3]!;
    message.appStatus = status >>> 0;
    message.protocolStatus = PROTOCOL_STATUS[bytes[body + 4]!] ?? null;
    if (!answer.begun) this.#context.begin(message);
    this.#finish(answer);
  }

  #finish({ message, request, head }: Answer): void {
    this.#answers.delete(message.id);
    this.#spare = head;
    this.#context.shared.remove(request);
    this.#context.finish(message);
  }

  #management(): FastcgiResponse {
    const request = this.#context.pending(header.id) as FastcgiRequest | undefined;
    if (request !== undefined) this.#context.shared.remove(request);
    return createResponse(header.id);
  }
}
