import { type Input, Interner, latin1, redactMessage, type StreamContext, type StreamParser } from '@sonde/core';
import { BinaryReader } from './binary-reader.js';
import type { Calls } from './calls.js';
import { CompactReader } from './compact-reader.js';
import { begins } from './detect.js';
import { Envelope } from './envelope.js';
import {
  CONTROL,
  MessageType,
  type ThriftMessage,
  type ThriftRequest,
  type ThriftResponse,
  TYPE_NAMES,
} from './messages.js';
import type { StructReader } from './struct-reader.js';

const names = new Interner({ capacity: 2048, longest: 128 });
const envelope = new Envelope();
/** For structs that a frame bounds: only their first fields are looked at. */
const framed = { binary: new BinaryReader(), compact: new CompactReader() };

/** Bytes of a framed answer that tell its first field, and most that are waited for to tell an exception. */
const RESULT = 4;
const EXCEPTION = 16_384;
/** Status byte and length before each message of a SASL negotiation, and the longest of them. */
const SASL_HEADER = 5;
const SASL_MAX = 65_536;

/** Reads the calls or the answers of a connection. */
export class ThriftStream implements StreamParser {
  readonly #context: StreamContext<ThriftMessage, Calls>;
  readonly #isRequest: boolean;
  /** True while the struct of a message without frame is read; the message is null if it makes no exchange. */
  #reading = false;
  #message: ThriftRequest | ThriftResponse | null = null;
  /** Whether the message was reported: an answer is once it is known to be a result or an exception. */
  #begun = false;
  #reader: StructReader | null = null;
  #binary: BinaryReader | null = null;
  #compact: CompactReader | null = null;
  #messages = 0;

  constructor(context: StreamContext<ThriftMessage, Calls>) {
    this.#context = context;
    this.#isRequest = context.direction === 'request';
    context.shared.begins(context);
  }

  read(input: Input): number {
    const { bytes, view, start, end } = input;
    if (this.#reading) return this.#advance(input, start);
    const fault = envelope.read(bytes, view, start, end);
    if (fault !== null) {
      if (this.#messages === 0 && this.#context.fromStart) {
        const negotiation = saslLength(input);
        if (negotiation !== 0) return negotiation < 0 ? 0 : this.#control(negotiation);
      }
      return fault === 'more' ? 0 : this.#context.fail(fault);
    }
    if (envelope.frameEnd < 0) return this.#unframed(input);
    if (!this.#isRequest && !envelope.opaque) {
      const wanted = envelope.type === MessageType.exception ? start + EXCEPTION : envelope.body + RESULT;
      if (end < Math.min(envelope.frameEnd, wanted)) return 0;
    }
    return this.#framed(input);
  }

  gap({ bytes, view, start, end, at }: Input): number {
    if (this.#reading) {
      if (this.#begun && this.#message !== null) {
        this.#message.truncated = true;
        this.#context.finish();
      }
      this.#reading = false;
      return -1;
    }
    if (envelope.read(bytes, view, start, end) !== null || envelope.frameEnd < 0) return -1;
    return this.#framed({ bytes, view, start, end, at });
  }

  resync(input: Input): number {
    return begins(input, this.#context.direction);
  }

  #framed(input: Input): number {
    const length = envelope.frameEnd - input.start;
    if (envelope.opaque) return this.#control(length);
    const message = this.#create(input);
    if (message === null) return this.#control(length);
    if (message.kind === 'response') {
      const limit = Math.min(input.end, envelope.frameEnd);
      const reader = envelope.encoding === 'compact' ? framed.compact : framed.binary;
      const isException = envelope.type === MessageType.exception;
      reader.start(isException ? 'exception' : 'first field');
      const read = isException ? limit : Math.min(limit, envelope.body + RESULT);
      reader.advance(input.bytes, input.view, envelope.body, read);
      // Without its beginning nobody can tell a result from an exception.
      if (limit < envelope.frameEnd && !isTold(message, reader)) return this.#giveUp(message, length);
      this.#tell(message, reader, input.bytes);
      if (message.exceptionType === null && limit < envelope.frameEnd) message.truncated = true;
    }
    this.#context.emit(message);
    return length;
  }

  #unframed(input: Input): number {
    const reader = this.#readerOf(envelope.encoding === 'compact');
    reader.start(envelope.type === MessageType.exception ? 'exception' : 'first field');
    this.#reader = reader;
    this.#reading = true;
    this.#message = this.#create(input);
    this.#begun = this.#message !== null && this.#message.kind !== 'response';
    if (this.#begun) this.#context.begin(this.#message!);
    return this.#advance(input, envelope.body);
  }

  /** The reader of an encoding, made when the first message without frame comes. */
  #readerOf(compact: boolean): StructReader {
    if (compact) {
      this.#compact ??= new CompactReader();
      return this.#compact;
    }
    this.#binary ??= new BinaryReader();
    return this.#binary;
  }

  /** Goes on with the struct of a message without frame. Returns bytes that the step consumes. */
  #advance(input: Input, from: number): number {
    const reader = this.#reader!;
    const message = this.#message;
    const at = reader.advance(input.bytes, input.view, from, input.end);
    if (message?.kind === 'response') {
      this.#tell(message, reader, input.bytes);
      if (!this.#begun && isTold(message, reader)) {
        this.#begun = true;
        this.#context.begin(message);
      }
    }
    if (reader.fault !== null) {
      this.#reading = false;
      this.#context.fail(reader.fault);
    }
    if (reader.done) {
      this.#reading = false;
      if (message === null) this.#context.emit(CONTROL);
      else this.#context.finish();
    }
    return at - input.start;
  }

  /** What the struct of an answer has told so far. */
  #tell(message: ThriftResponse, reader: StructReader, bytes: Uint8Array): void {
    if (message.type === 'REPLY') {
      if (reader.firstField > 0) message.exceptionField = reader.firstField;
      return;
    }
    message.exceptionType = reader.exceptionType;
    if (reader.textStart < 0) return;
    message.message = this.#masked(latin1(bytes, reader.textStart, reader.textEnd));
    reader.textStart = -1;
  }

  /** Null for a call whose answer nobody could tell. */
  #create({ bytes, at }: Input): ThriftRequest | ThriftResponse | null {
    this.#messages++;
    const { type, sequence, encoding, transport } = envelope;
    const name = names.take(bytes, envelope.nameStart, envelope.nameEnd);
    const { shared } = this.#context;
    if (type === MessageType.call || type === MessageType.oneway) {
      if (!this.#isRequest) this.#context.fail('a call by the server');
      const colon = name.indexOf(':');
      const message: ThriftRequest = {
        kind: type === MessageType.call ? 'request' : 'oneway',
        id: sequence,
        type: TYPE_NAMES[type],
        operation: name,
        resource: colon > 0 ? name.slice(0, colon) : null,
        sequenceId: sequence,
        encoding,
        transport,
      };
      return type === MessageType.oneway || shared.request(this.#context, message, at) ? message : null;
    }
    if (this.#isRequest) this.#context.fail('an answer by the client');
    const message: ThriftResponse = {
      kind: 'response',
      type: TYPE_NAMES[type as 2 | 3],
      method: name,
      sequenceId: sequence,
    };
    const id = shared.response(this.#context, sequence, name, at);
    if (id !== undefined) message.id = id;
    return message;
  }

  /** The outcome of a call can't be told: neither a result nor an exception is reported. */
  #giveUp({ id }: ThriftResponse, length: number): number {
    const call = id === undefined ? undefined : this.#context.pending(id);
    if (call !== undefined) this.#context.abandon(call, 'outcome not captured');
    return this.#control(length);
  }

  #control(length: number): number {
    this.#context.emit(CONTROL);
    return length;
  }

  /** Texts of exceptions quote what was sent. */
  #masked(text: string): string {
    return this.#context.redact.enabled ? redactMessage(text) : text;
  }
}

/** Whether enough was read of an answer to say how the call ended. */
function isTold({ type }: ThriftResponse, reader: StructReader): boolean {
  return type === 'EXCEPTION' || reader.done || reader.firstField >= 0;
}

/** Length of the SASL message in the window, -1 if it may be one, 0 if it is none. */
function saslLength({ bytes, view, start, end }: Input): number {
  const status = bytes[start]!;
  if (status < 1 || status > 5) return 0;
  if (end - start < SASL_HEADER) return -1;
  const length = view.getUint32(start + 1);
  return length > SASL_MAX ? 0 : SASL_HEADER + length;
}
