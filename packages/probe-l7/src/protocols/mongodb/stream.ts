import { type Input, Interner, type StreamContext, type StreamParser } from '@sonde/core';
import { type BodyKind, BodyReader } from './body-reader.js';
import { isMonitoring } from './commands.js';
import { checkMessage, Flag, fixedPart, HEADER, isHeader, LONGEST_NAMESPACE, nameEnd } from './header.js';
import type { MongoConnection, MongoMessage, MongoPush, MongoReplyFields, MongoRequest } from './messages.js';
import { compressorName, LEGACY_OPERATIONS, Opcode, opcodeName } from './opcodes.js';
import { ReplyFields } from './reply-fields.js';
import { RequestFields } from './request-fields.js';

const QUERY_EXHAUST = 0x40;
const CURSOR_NOT_FOUND = 1;
const QUERY_FAILURE = 2;
/** What stands for the error of a cursor that is gone: the server's code for it. */
const CURSOR_NOT_FOUND_CODE = 43;

const names = new Interner({ capacity: 1024, encoding: 'utf8' });

/** Reads the messages of one direction; a body of any length is walked as it comes, and never kept. */
export class MongoStream implements StreamParser {
  readonly #context: StreamContext<MongoMessage, MongoConnection>;
  readonly #fromClient: boolean;
  readonly #request = new RequestFields();
  readonly #reply = new ReplyFields();
  readonly #body: BodyReader;
  /** The message that has begun and not ended. */
  #message: MongoMessage | null = null;

  constructor(context: StreamContext<MongoMessage, MongoConnection>) {
    this.#context = context;
    this.#fromClient = context.direction === 'request';
    this.#body = new BodyReader(this.#fromClient ? this.#request : this.#reply);
  }

  read(input: Input): number {
    const { bytes, view, start, end } = input;
    let at = start;
    if (this.#message === null) {
      if (end - start < HEADER) return 0;
      if (!isHeader(view, start, this.#fromClient)) this.#context.fail('header of a message');
      const messageEnd = start + view.getInt32(start, true);
      at = this.#open(input, messageEnd);
      if (at === 0) return 0;
    }
    at += this.#body.read(bytes, view, at, end);
    if (this.#body.left === 0) this.#close(this.#body.malformed);
    return at - start;
  }

  gap(input: Input): number {
    if (this.#message === null) {
      const { view, start, end } = input;
      if (end - start < HEADER || !isHeader(view, start, this.#fromClient)) return -1;
      this.#cut(input);
      return view.getInt32(start, true);
    }
    const { left } = this.#body;
    this.#close(true);
    return left;
  }

  resync(input: Input): number {
    return input.end - input.start < HEADER || checkMessage(input, this.#context.direction) === 'no' ? -1 : 0;
  }

  #close(truncated: boolean): void {
    const message = this.#message!;
    this.#message = null;
    if (truncated) message.truncated = true;
    if (this.#fromClient) this.#request.end(this.#body);
    else this.#reply.end(this.#body, truncated);
    this.#context.finish();
  }

  /** A message of which little more than the header was seen. */
  #cut({ view, start }: Input): void {
    const opcode = view.getInt32(start + 12, true);
    const message = this.#fromClient
      ? this.#requestOf(view, start, opcode)
      : this.#replyTo(view.getInt32(start + 8, true), opcode, view.getInt32(start + 4, true), false);
    this.#message = null;
    message.truncated = true;
    this.#context.emit(message);
  }

  /** The header is there: begins the message if its fixed part is as well. Returns where the body begins, or 0. */
  #open(input: Input, messageEnd: number): number {
    const { view, start, end } = input;
    const opcode = view.getInt32(start + 12, true);
    const at = start + HEADER;
    const fixed = at + fixedPart(opcode);
    if (fixed > messageEnd) this.#context.fail('shorter than its fields');
    if (fixed > end) return 0;
    const body = this.#fromClient
      ? this.#openRequest(input, opcode, at, fixed, messageEnd)
      : this.#openReply(input, opcode, at, fixed, messageEnd);
    if (body > 0) this.#context.begin(this.#message!);
    return body;
  }

  #openRequest({ bytes, view, start, end }: Input, opcode: number, at: number, fixed: number, last: number): number {
    const message = this.#requestOf(view, start, opcode);
    let body = fixed;
    let kind: BodyKind = 'nothing';
    let trailer = 0;
    if (opcode === Opcode.message) {
      const flags = view.getUint32(at, true);
      if ((flags & Flag.moreToCome) !== 0) message.kind = 'oneway';
      if ((flags & Flag.exhaustAllowed) !== 0) message.exhaust = true;
      if ((flags & Flag.checksum) !== 0) trailer = 4;
      if (trailer > last - fixed) this.#context.fail('shorter than its fields');
      kind = 'sections';
    } else if (opcode === Opcode.compressed) {
      message.compressor = compressorName(bytes[at + 8]!) ?? 'unknown';
    } else if (opcode !== Opcode.killCursors) {
      const name = this.#name(bytes, fixed, end, last);
      if (name === 0) return 0;
      if (opcode === Opcode.command) {
        const command = this.#name(bytes, name + 1, end, last);
        if (command === 0) return 0;
        message.database = textOf(bytes, fixed, name);
        message.operation = textOf(bytes, name + 1, command);
        body = command + 1;
      } else {
        body = this.#namespace(message, bytes, fixed, name);
        if (opcode === Opcode.query) {
          if (body + 8 > last) this.#context.fail('shorter than its fields');
          if (body + 8 > end) return 0;
          body += 8;
          if ((view.getUint32(at, true) & QUERY_EXHAUST) !== 0) message.exhaust = true;
          if (message.resource === '$cmd') {
            message.operation = message.resource = null;
            kind = 'document';
          }
        } else if (opcode === Opcode.getMore && body + 12 === last) {
          if (body + 12 > end) return 0;
          message.cursorId = String(view.getBigInt64(body + 4, true));
        }
      }
    }
    this.#request.begin(message);
    this.#message = message;
    this.#body.start(kind, last - body, trailer);
    return body;
  }

  /** Splits the namespace of a legacy request. Returns where the rest of the message begins. */
  #namespace(message: MongoRequest, bytes: Uint8Array, from: number, to: number): number {
    const name = textOf(bytes, from, to);
    const dot = name.indexOf('.');
    message.database = dot < 0 ? name : name.slice(0, dot);
    message.resource = dot < 0 ? null : name.slice(dot + 1);
    return to + 1;
  }

  /** Position of the zero that ends a name, or 0 if more bytes are needed. */
  #name(bytes: Uint8Array, at: number, end: number, last: number): number {
    const found = nameEnd(bytes, at, Math.min(end, last));
    if (found === -2 || (found === -1 && (end >= last || end - at > LONGEST_NAMESPACE)))
      this.#context.fail('namespace');
    return found === -1 ? 0 : found;
  }

  #requestOf(view: DataView, start: number, opcode: number): MongoRequest {
    const legacyWrite = opcode === Opcode.update || opcode === Opcode.insert || opcode === Opcode.delete;
    return {
      kind: legacyWrite || opcode === Opcode.killCursors ? 'oneway' : 'request',
      id: view.getInt32(start + 4, true),
      opcode: opcodeName(opcode),
      operation: LEGACY_OPERATIONS[opcode] ?? null,
      resource: null,
      database: null,
    };
  }

  #openReply({ bytes, view, start }: Input, opcode: number, at: number, fixed: number, last: number): number {
    const id = view.getInt32(start + 4, true);
    const answers = view.getInt32(start + 8, true);
    let kind: BodyKind = 'nothing';
    let trailer = 0;
    if (opcode === Opcode.message) {
      const flags = view.getUint32(at, true);
      if ((flags & Flag.checksum) !== 0) trailer = 4;
      if (trailer > last - fixed) this.#context.fail('shorter than its fields');
      const message = this.#replyTo(answers, opcode, id, (flags & Flag.moreToCome) !== 0);
      kind = message.kind === 'control' ? 'nothing' : 'sections';
    } else if (opcode === Opcode.reply) {
      kind = this.#openOldReply(view, at, answers, id);
    } else {
      const message = this.#replyTo(answers, opcode, id, false);
      if (opcode === Opcode.compressed) message.compressor = compressorName(bytes[at + 8]!) ?? 'unknown';
      else kind = 'document';
    }
    this.#body.start(kind, last - fixed, trailer);
    return fixed;
  }

  /** An OP_REPLY: a cursor's documents, or the one document that answers a command or tells an error. */
  #openOldReply(view: DataView, at: number, answers: number, id: number): BodyKind {
    const flags = view.getUint32(at, true);
    const cursor = view.getBigInt64(at + 4, true);
    const request = this.#asked(answers);
    const message = this.#replyTo(answers, Opcode.reply, id, request?.exhaust === true && cursor !== 0n);
    if (cursor !== 0n) message.cursorId = String(cursor);
    const documents = view.getInt32(at + 16, true);
    const command = request !== null && request.operation !== 'query' && request.operation !== 'getMore';
    if ((flags & QUERY_FAILURE) !== 0) {
      message.ok = 0;
      return 'document';
    }
    if (command) return documents > 0 ? 'document' : 'nothing';
    message.returned = documents;
    message.ok = 1;
    if ((flags & CURSOR_NOT_FOUND) !== 0) {
      message.ok = 0;
      message.code = CURSOR_NOT_FOUND_CODE;
    }
    return 'nothing';
  }

  /** The request that a reply answers, directly or as one more reply to it. */
  #asked(answers: number): MongoRequest | null {
    const { exhaust } = this.#context.shared;
    const pending = this.#context.pending(answers) as MongoRequest | undefined;
    return pending ?? (exhaust !== null && continues(exhaust, answers) ? exhaust.request : null);
  }

  /** The message for a reply: the first one completes its request, those that follow unasked stand for themselves. */
  #replyTo(answers: number, opcode: number, id: number, more: boolean): MongoReplyFields & MongoMessage {
    const { shared } = this.#context;
    const pending = this.#context.pending(answers) as MongoRequest | undefined;
    let message: MongoReplyFields & MongoMessage;
    let request: MongoRequest | undefined = pending;
    if (pending === undefined && shared.exhaust !== null && continues(shared.exhaust, answers)) {
      request = shared.exhaust.request;
      message = this.#push(request, opcode);
    } else message = { kind: 'response', id: answers, opcode: opcodeName(opcode), ok: null };
    if (request !== undefined && shared.exhaust !== null) shared.exhaust = null;
    if (more) {
      message.moreToCome = true;
      if (request !== undefined) shared.exhaust = { replyId: id, request };
    }
    this.#reply.message = message;
    this.#message = message;
    return message;
  }

  #push({ operation, resource, database }: MongoRequest, opcode: number): MongoPush {
    const kind = isMonitoring(operation) ? 'control' : 'oneway';
    return { kind, opcode: opcodeName(opcode), operation, resource, database, ok: null };
  }
}

/** Whether a reply goes on after the last one: servers name that one, some the request. */
function continues({ replyId, request }: NonNullable<MongoConnection['exhaust']>, answers: number): boolean {
  return answers === replyId || answers === request.id;
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return names.take(bytes, from, to);
}
