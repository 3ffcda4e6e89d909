import type { Http2StreamState } from './connection.js';
import { errorName, FRAME_HEADER } from './frames.js';
import { CONTROL, type Http2Response } from './messages.js';
import { Http2Stream, head } from './stream.js';

/** Reads what the server sends: its responses, with interim ones before and trailers after them. */
export class Http2ResponseStream extends Http2Stream {
  protected headers(stream: number, endStream: boolean, cut: boolean): void {
    const { shared, redact } = this.context;
    const state = shared.streams.peek(stream);
    if (state === undefined) {
      // Counted as a response without request, if it is one, and not the answer to a push, or the rest of one.
      if (head.status !== null && head.status >= 200 && (stream & 1) === 1)
        this.context.emit(head.response(stream, redact));
      else this.context.emit(CONTROL);
      return;
    }
    if (state.response !== null) {
      this.#trailers(state, state.response, endStream, cut);
      return;
    }
    const message = head.response(stream, redact);
    if (message.kind === 'interim') {
      this.context.emit(message);
      return;
    }
    // Trailers of a response whose head went unseen are all that is known of it.
    if (cut || head.trailers) message.truncated = true;
    if (state.responseMessages !== null) {
      message.messages = head.trailers ? null : 0;
      message.grpcStatus ??= null;
      message.grpcMessage ??= null;
      if (head.trailers) state.responseMessages.count = null;
    }
    state.response = message;
    if (!endStream) {
      this.context.begin(message);
      return;
    }
    this.context.emit(message);
    shared.streams.delete(stream);
  }

  protected messageOf(state: Http2StreamState): Http2Response | null {
    return state.response;
  }

  protected ended(state: Http2StreamState): void {
    this.context.shared.streams.delete(state.request.id);
  }

  protected reset(stream: number, code: number): void {
    const { streams } = this.context.shared;
    const state = streams.peek(stream);
    if (state === undefined) {
      this.context.emit(CONTROL);
      return;
    }
    streams.delete(stream);
    const reset = code < 0 ? 'reset' : errorName(code);
    if (state.response !== null) {
      state.response.reset = reset;
      this.context.finish(state.response);
      return;
    }
    this.context.emit({
      kind: 'response',
      id: stream,
      status: null,
      contentType: null,
      contentLength: null,
      bodySize: 0,
      reset,
    });
  }

  protected override goAway(lastStream: number): void {
    const { shared } = this.context;
    if (lastStream >= shared.goneAway || lastStream >= shared.lastId) return;
    shared.goneAway = lastStream;
    for (const { request } of shared.streams.values()) {
      if (request.id <= lastStream) continue;
      shared.streams.delete(request.id);
      this.context.abandon(request, 'GOAWAY');
    }
  }

  /**
   * The rest of a large body usually is what a hole holds. If it is the only response that anybody waits for, and all
   * that its length promises fits, then it has ended there.
   */
  protected override hole(length: number): void {
    const { streams } = this.context.shared;
    if (streams.size !== 1) return;
    const [state] = streams.values();
    const { response } = state!;
    if (response === null || response.contentLength === null) return;
    const rest = response.contentLength - response.bodySize;
    if (rest <= 0 || length < rest + FRAME_HEADER) return;
    response.bodySize = response.contentLength;
    response.truncated = true;
    this.context.finish(response);
    this.ended(state!);
  }

  #trailers(state: Http2StreamState, message: Http2Response, endStream: boolean, cut: boolean): void {
    head.grpc(message, this.context.redact);
    if (head.unknown > 0) message.unknownFields = (message.unknownFields ?? 0) + head.unknown;
    if (cut) message.truncated = true;
    if (!endStream) {
      this.context.touch(message);
      return;
    }
    this.context.finish(message);
    this.ended(state);
  }
}
