import type { Field } from './layout.js';
import { type Facts, MAX_LISTED } from './messages.js';
import { readRecords } from './record-batches.js';
import { utf8 } from './text.js';

/** How far a body could be read: to its end, to the end of what was captured, or not at all. */
export type Reading = 'whole' | 'short' | 'bad';

/** Longest text that is kept of a name. */
const MAX_TEXT = 512;
const TWO_32 = 4_294_967_296;

/** Walks over a message's body by its layout and collects what it says. One for each thread is enough. */
export class BodyReader {
  facts: Facts = {};
  errorCodes: number[] = [];
  acks: number | undefined;
  mechanism: string | null = null;
  traceparent: string | undefined;
  /** Topic ids with their names, as Metadata and CreateTopics tell. */
  named: [id: string, name: string][] = [];
  /** Where the walk ended. */
  position = 0;

  #bytes!: Uint8Array;
  #view!: DataView;
  #end = 0;
  #limit = 0;
  #flexible = false;
  #reading: Reading = 'whole';
  #lastTopic: string | null = null;

  /**
   * Reads a body from `position` on.
   *
   * @param end where the captured bytes end
   * @param limit where the message ends, at or behind `end`
   * @param taggedHeader whether the tagged fields of a header stand before the body
   */
  read(
    bytes: Uint8Array,
    view: DataView,
    position: number,
    end: number,
    limit: number,
    fields: readonly Field[],
    flexible: boolean,
    taggedHeader: boolean,
  ): Reading {
    this.#bytes = bytes;
    this.#view = view;
    this.position = position;
    this.#end = Math.min(end, limit);
    this.#limit = limit;
    this.#flexible = flexible;
    this.#reading = 'whole';
    this.facts = {};
    this.errorCodes = [];
    this.named = [];
    this.acks = this.traceparent = undefined;
    this.mechanism = this.#lastTopic = null;
    if (!taggedHeader || this.#tags()) this.#struct(fields);
    return this.#reading;
  }

  #struct(fields: readonly Field[]): boolean {
    for (const field of fields) if (!this.#field(field)) return false;
    return !this.#flexible || this.#tags();
  }

  #field(field: Field): boolean {
    if (!field.array) return this.#value(field);
    let count = this.#count();
    for (; count > 0; count--) {
      if (field.type === 'struct' ? !this.#struct(field.fields) : !this.#value(field)) return false;
    }
    return this.#reading === 'whole';
  }

  #value({ type, role }: Field): boolean {
    const at = this.position;
    switch (type) {
      case 'i8':
        return this.#skip(1);
      case 'i16': {
        if (!this.#skip(2)) return false;
        if (role === null) return true;
        const value = this.#view.getInt16(at);
        if (role === 'acks') this.acks = value;
        else if (this.errorCodes.length < MAX_LISTED) this.errorCodes.push(value);
        return true;
      }
      case 'i32':
        if (!this.#skip(4)) return false;
        if (role === 'partition') push(this.facts, 'partitions', this.#view.getInt32(at));
        return true;
      case 'i64':
        if (!this.#skip(8)) return false;
        if (role === 'offset') {
          push(this.facts, 'offsets', this.#view.getInt32(at) * TWO_32 + this.#view.getUint32(at + 4));
        }
        return true;
      case 'uuid':
        if (!this.#skip(16)) return false;
        if (role === 'topicId' || role === 'named') this.#uuid(at, role);
        return true;
      default:
        return this.#sized(type, role);
    }
  }

  #sized(type: Field['type'], role: Field['role']): boolean {
    const length = type === 'str' ? this.#length(2) : this.#length(4);
    if (this.#reading !== 'whole') return false;
    const at = this.position;
    if (type === 'records') {
      const seen = Math.min(at + length, this.#end);
      if (at + length > this.#limit) return this.#stop('bad');
      this.position = at + length;
      if (length > 0) this.#records(at, seen);
      return true;
    }
    if (!this.#skip(length)) return false;
    if (role !== null && length > 0) this.#text(at, length, role);
    return true;
  }

  #records(start: number, end: number): void {
    const batches = readRecords(this.#bytes, this.#view, start, end);
    if (batches === null) return;
    this.facts.records = (this.facts.records ?? 0) + batches.count;
    this.facts.baseOffset ??= batches.baseOffset;
    this.traceparent ??= batches.traceparent;
  }

  #text(at: number, length: number, role: NonNullable<Field['role']>): void {
    const text = utf8(this.#bytes, at, at + Math.min(length, MAX_TEXT));
    if (role === 'topic') {
      this.#lastTopic = text;
      push(this.facts, 'topics', text);
    } else if (role === 'group') this.facts.group ??= text;
    else if (role === 'transactionalId') this.facts.transactionalId ??= text;
    else this.mechanism ??= text;
  }

  #uuid(at: number, role: 'topicId' | 'named'): void {
    let id = '';
    for (let i = at; i < at + 16; i++) id += HEX[this.#bytes[i]!];
    if (role === 'topicId') {
      if (id !== NO_ID) push(this.facts, 'topicIds', id);
    } else if (this.#lastTopic !== null && this.named.length < MAX_NAMED) this.named.push([id, this.#lastTopic]);
  }

  /** Steps over tagged fields. */
  #tags(): boolean {
    let count = this.#varint();
    for (; count > 0 && this.#reading === 'whole'; count--) {
      this.#varint();
      const size = this.#varint();
      if (this.#reading === 'whole') this.#skip(size);
    }
    return this.#reading === 'whole';
  }

  /** Length of a text or of bytes; 0 for null. */
  #length(size: 2 | 4): number {
    if (this.#flexible) return Math.max(0, this.#varint() - 1);
    const at = this.position;
    if (!this.#skip(size)) return 0;
    const length = size === 2 ? this.#view.getInt16(at) : this.#view.getInt32(at);
    if (length < -1) this.#stop('bad');
    return Math.max(0, length);
  }

  #count(): number {
    const count = this.#length(4);
    if (count > this.#limit - this.position) this.#stop('bad'); // an entry has a byte at least
    return this.#reading === 'whole' ? count : 0;
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const at = this.position;
      if (!this.#skip(1)) return 0;
      const byte = this.#bytes[at]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    this.#stop('bad');
    return 0;
  }

  #skip(count: number): boolean {
    if (this.position + count > this.#limit) return this.#stop('bad');
    if (this.position + count > this.#end) return this.#stop('short');
    this.position += count;
    return true;
  }

  #stop(reading: Reading): false {
    this.#reading = reading;
    return false;
  }
}

/** Most names of topics taken from one answer. */
const MAX_NAMED = 1000;
const NO_ID = '0'.repeat(32);
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Adds to one of the lists, up to its bound. */
function push<K extends 'topics' | 'topicIds' | 'partitions' | 'offsets'>(
  facts: Facts,
  key: K,
  value: NonNullable<Facts[K]>[number],
): void {
  const values = facts[key] as unknown[] | undefined;
  if (values === undefined) facts[key] = [value] as unknown as Facts[K];
  else if (values.length < MAX_LISTED) values.push(value);
}
