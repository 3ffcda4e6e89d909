import { ARRAYS, type BodyReader, type ElementVisitor, TOP } from './body-reader.js';
import { Bson, numberOf } from './bson.js';
import type { MongoReplyFields } from './messages.js';
import { stringOf } from './request-fields.js';

const CURSOR = 2;
const WRITE_ERROR = 3;
const WRITE_CONCERN = 4;
const BATCH = ARRAYS;
const WRITE_ERRORS = ARRAYS + 1;

/** Takes from a reply how it went and how much it carries. Error messages can hold values and are not read. */
export class ReplyFields implements ElementVisitor {
  message!: MongoReplyFields;

  element(container: number, type: number, name: string, bytes: Uint8Array, view: DataView, at: number): number {
    const { message } = this;
    switch (container) {
      case BATCH:
        message.returned = (message.returned ?? 0) + 1;
        return 0;
      case WRITE_ERRORS:
        message.writeErrors = (message.writeErrors ?? 0) + 1;
        return message.writeErrors === 1 && type === Bson.document ? WRITE_ERROR : 0;
      case CURSOR:
        return this.#cursor(type, name, view, at);
      case TOP:
        return this.#top(type, name, bytes, view, at);
      default: // an error inside the reply: the command's own goes before it
        if (name === 'code' || name === 'codeName') this.#error(type, name, bytes, view, at, false);
        return 0;
    }
  }

  /**
   * The reply has ended where the reader stands, or was lost from there on. `ok` comes last; but a reply with a cursor
   * is a success, since a server that fails begins its reply anew.
   */
  end(body: BodyReader, truncated: boolean): void {
    const { message } = this;
    if (!truncated) return;
    if (message.returned !== undefined) message.ok ??= 1;
    if (body.isIn(BATCH)) delete message.returned;
    if (body.isIn(WRITE_ERRORS)) delete message.writeErrors;
  }

  sequence(): void {}

  sequenced(): void {}

  #top(type: number, name: string, bytes: Uint8Array, view: DataView, at: number): number {
    const { message } = this;
    switch (name) {
      case 'ok':
        message.ok = numberOf(view, type, at);
        return 0;
      case 'code':
      case 'codeName':
        this.#error(type, name, bytes, view, at, true);
        return 0;
      case '$err':
        message.ok = 0;
        return 0;
      case 'n':
        message.n = numberOf(view, type, at) ?? message.n!;
        return 0;
      case 'nModified':
        message.modified = numberOf(view, type, at) ?? message.modified!;
        return 0;
      case 'nErrors':
        message.writeErrors = numberOf(view, type, at) || message.writeErrors!;
        return 0;
      case 'cursor':
        return type === Bson.document ? CURSOR : 0;
      case 'writeErrors':
        return type === Bson.array ? WRITE_ERRORS : 0;
      case 'writeConcernError':
        return type === Bson.document ? WRITE_CONCERN : 0;
      default:
        return 0;
    }
  }

  #cursor(type: number, name: string, view: DataView, at: number): number {
    const { message } = this;
    if (name === 'firstBatch' || name === 'nextBatch') {
      message.returned = 0;
      return type === Bson.array ? BATCH : 0;
    }
    if (name === 'id' && type === Bson.int64) {
      const id = view.getBigInt64(at, true);
      if (id !== 0n) message.cursorId = String(id);
    }
    return 0;
  }

  #error(type: number, name: string, bytes: Uint8Array, view: DataView, at: number, own: boolean): void {
    const { message } = this;
    if (name === 'code') {
      const code = numberOf(view, type, at);
      if (code === null || (!own && message.code !== undefined)) return;
      message.code = code;
      delete message.codeName;
    } else if (type === Bson.string && (own || message.codeName === undefined)) {
      message.codeName = stringOf(bytes, view, at);
    }
  }
}
