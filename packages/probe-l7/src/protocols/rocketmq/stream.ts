import type { Input, StreamContext, StreamParser } from '@sonde/core';
import { beginsFrame, command, frameLength, headerLength, isCommand, PREFIX, readHeader } from './frame.js';
import type { RocketmqMessage, RocketmqRequest } from './messages.js';
import { makeRequest, wantsBody } from './request.js';
import { isFetch } from './request-codes.js';
import { makeResponse } from './response.js';

/** Of a longer frame only so many bytes are read. */
const MAX_READ = 65_536;

/** Reads the frames of one direction. Either side may ask: a broker tells consumers that their group changed. */
export class RocketmqStream implements StreamParser {
  readonly #context: StreamContext<RocketmqMessage>;

  constructor(context: StreamContext<RocketmqMessage>) {
    this.#context = context;
  }

  read(input: Input): number {
    const { bytes, view, start, end } = input;
    if (end - start < PREFIX) return 0;
    const length = frameLength(view, start);
    if (length < 0) this.#context.fail('lengths of a frame');
    const header = start + Math.min(PREFIX + headerLength(view, start), MAX_READ);
    if (header > end) return 0;
    if (readHeader(bytes, view, start, header) === 'bad' || !isCommand()) this.#context.fail('header of a command');
    const request = this.#answered();
    const wanted = this.#wantsBody(request) ? start + Math.min(4 + length, MAX_READ) : header;
    if (wanted > end) return 0;
    this.#emit(input, wanted, length, request);
    return 4 + length;
  }

  gap(input: Input): number {
    const { bytes, view, start, end } = input;
    if (end - start < PREFIX) return -1;
    const length = frameLength(view, start);
    if (length < 0 || readHeader(bytes, view, start, end) === 'bad') return -1;
    // In JSON the number and the flags may stand behind the fields: then only the length is known.
    if (isCommand()) {
      const message = this.#emit(input, Math.min(end, start + 4 + length), length, this.#answered());
      if (end < start + PREFIX + headerLength(view, start)) message.truncated = true;
    } else this.#context.emit({ kind: 'control' });
    return 4 + length;
  }

  /** A frame may begin anywhere in the window; behind its first byte only a whole header counts. */
  resync(input: Input): number {
    const { bytes, view, end, at } = input;
    for (let start = input.start; start < end; start++) {
      if (bytes[start]! > 3 || (start + 4 < end && bytes[start + 4]! > 1)) continue;
      const rest = { bytes, view, start, end, at };
      const asked = beginsFrame(rest, 'request');
      const verdict = asked === 'yes' ? asked : beginsFrame(rest, 'response');
      if (verdict === 'yes' || (start === input.start && asked === 'more')) return start - input.start;
    }
    return -1;
  }

  #answered(): RocketmqRequest | undefined {
    return command.isResponse ? (this.#context.pending(command.opaque) as RocketmqRequest | undefined) : undefined;
  }

  #wantsBody(request: RocketmqRequest | undefined): boolean {
    if (!command.isResponse) return wantsBody(command.code);
    return request !== undefined && isFetch(request.requestCode);
  }

  #emit(input: Input, end: number, length: number, request: RocketmqRequest | undefined): RocketmqMessage {
    const message = command.isResponse ? makeResponse(input, end, length, request) : makeRequest(input, end, length);
    this.#context.emit(message);
    return message;
  }
}
