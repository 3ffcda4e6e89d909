import { Interner } from '@sonde/core';
import { ARRAYS, type BodyReader, type ElementVisitor, SEQUENCE, TOP } from './body-reader.js';
import { Bson } from './bson.js';
import { isCommandName, targetOf, writeOf } from './commands.js';
import type { MongoRequest } from './messages.js';

const EXPLAINED = 2;
const COUNTED = ARRAYS;

const names = new Interner({ capacity: 2048, encoding: 'utf8' });

/** Takes from a command what may be shown: its name, what it works on, and how much it carries; never a value. */
export class RequestFields implements ElementVisitor {
  message!: MongoRequest;
  /** The write that a document sequence belongs to, in case that the command itself isn't seen. */
  #sequence: string | null = null;
  #inWrite = false;

  /** The next message begins. */
  begin(message: MongoRequest): void {
    this.message = message;
    this.#sequence = null;
  }

  element(
    container: number,
    type: number,
    name: string,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    first: boolean,
  ): number {
    const { message } = this;
    if (container === COUNTED) {
      message.documents = (message.documents ?? 0) + 1;
      return 0;
    }
    if (container === EXPLAINED) {
      if (first && type === Bson.string && targetOf(name) === 'collection')
        message.resource = stringOf(bytes, view, at);
      return 0;
    }
    if (first) {
      if (type === Bson.document && (name === '$query' || name === 'query')) return TOP;
      return this.#command(type, name, bytes, view, at);
    }
    switch (name) {
      case '$db':
        if (type === Bson.string) message.database = stringOf(bytes, view, at);
        return 0;
      case 'collection':
        if (type === Bson.string && message.operation === 'getMore') message.resource = stringOf(bytes, view, at);
        return 0;
      case 'mechanism':
        if (type === Bson.string && message.operation === 'saslStart') message.mechanism = stringOf(bytes, view, at);
        return 0;
      default:
        return type === Bson.array && this.#inWrite && writeOf(name) === message.operation ? COUNTED : 0;
    }
  }

  sequence(name: string): void {
    this.#sequence ??= writeOf(name);
    this.#inWrite = writeOf(name) !== null;
  }

  sequenced(): void {
    if (this.#inWrite) this.message.documents = (this.message.documents ?? 0) + 1;
  }

  /** The message has ended where the reader stands, or was lost from there on. A sequence alone tells its command. */
  end(body: BodyReader): void {
    this.message.operation ??= this.#sequence;
    if (this.message.truncated !== true) return;
    if (body.isIn(COUNTED) || body.isIn(SEQUENCE)) delete this.message.documents;
  }

  #command(type: number, name: string, bytes: Uint8Array, view: DataView, at: number): number {
    const { message } = this;
    if (!isCommandName(name)) return 0;
    message.operation = name;
    this.#inWrite = name === 'insert' || name === 'update' || name === 'delete' || name === 'bulkWrite';
    if (type === Bson.string) {
      const target = targetOf(name);
      if (target === null) return 0;
      const text = stringOf(bytes, view, at);
      message.resource = target === 'namespace' ? text.slice(text.indexOf('.') + 1) : text;
    } else if (name === 'getMore' && type === Bson.int64) {
      message.cursorId = String(view.getBigInt64(at, true));
    } else if (name === 'explain' && type === Bson.document) return EXPLAINED;
    return 0;
  }
}

/** The text of a BSON string. */
export function stringOf(bytes: Uint8Array, view: DataView, at: number): string {
  return names.take(bytes, at + 4, at + 3 + view.getInt32(at, true));
}
