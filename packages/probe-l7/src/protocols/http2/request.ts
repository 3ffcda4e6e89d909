import type { Input } from '@sonde/core';
import type { Http2StreamState } from './connection.js';
import { beginsPreface } from './detect.js';
import { errorName, PREFACE } from './frames.js';
import { CONTROL, type Http2Request } from './messages.js';
import { Http2Stream, head } from './stream.js';

/** First byte of the preface; as the first byte of a frame it would mean five mebibytes. */
const P = 0x50;

/** Reads what the client sends: its requests. */
export class Http2RequestStream extends Http2Stream {
  /** Whether the preface may still come. */
  #fresh = true;

  override read(input: Input): number {
    if (this.#fresh && input.bytes[input.start] === P) {
      const verdict = beginsPreface(input);
      if (verdict === 'no') this.context.fail('preface');
      if (verdict === 'more') return 0;
      this.#fresh = false;
      this.context.emit(CONTROL);
      return PREFACE.length;
    }
    const consumed = super.read(input);
    if (consumed > 0) this.#fresh = false;
    return consumed;
  }

  protected headers(stream: number, endStream: boolean, cut: boolean): void {
    const { shared } = this.context;
    const state = shared.streams.peek(stream);
    if (state !== undefined) {
      // Trailers.
      if (endStream) this.context.finish(state.request);
      else this.context.touch(state.request);
      return;
    }
    // An id that was used before is that of a stream which is over already; its trailers may still come.
    if ((stream & 1) === 0 || stream <= shared.lastId || (head.trailers && !cut)) {
      this.context.emit(CONTROL);
      return;
    }
    const message = head.request(stream, this.context.redact);
    if (cut) message.truncated = true;
    shared.open(message, message.messages !== undefined);
    if (endStream) this.context.emit(message);
    else this.context.begin(message);
  }

  protected messageOf(state: Http2StreamState): Http2Request {
    return state.request;
  }

  protected ended(): void {
    // The stream lives on until its response is whole.
  }

  protected reset(stream: number, code: number): void {
    const { streams } = this.context.shared;
    const state = streams.peek(stream);
    if (state !== undefined) {
      streams.delete(stream);
      this.context.abandon(state.request, code < 0 ? 'reset' : errorName(code));
    }
    this.context.emit(CONTROL);
  }
}
