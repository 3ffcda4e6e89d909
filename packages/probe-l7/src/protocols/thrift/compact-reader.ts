import { Shape, StructReader } from './struct-reader.js';
import { readVarint, varint } from './varint.js';

/** Types of the compact protocol. */
const STOP = 0;
const TRUE = 1;
const FALSE = 2;
const I32 = 5;

/** Bytes of a value of each type, or its {@link Shape}; a truth value of a field is in its header. */
const SHAPES = [
  ...[Shape.unknown, 1, 1, 1, Shape.variable, Shape.variable, Shape.variable, 8, Shape.string, Shape.list],
  ...[Shape.list, Shape.map, Shape.struct, 16, Shape.unknown, Shape.unknown],
] as const;

/** A count of 15 stands in bytes of its own. */
const LONG = 15;

/** Structs of the compact protocol: ids of fields as differences, integers of variable length. */
export class CompactReader extends StructReader {
  protected field(at: number, before: number): number {
    if (at >= this.end) return -1;
    const byte = this.bytes[at]!;
    this.type = byte & 15;
    if (byte === STOP) return at + 1;
    if (SHAPES[this.type] === Shape.unknown) return this.bad('type of a field');
    const delta = byte >> 4;
    if (delta > 0) {
      this.fieldId = before + delta;
      return at + 1;
    }
    const next = this.#varint(at + 1);
    if (next > 0) this.fieldId = ((varint.value >>> 1) ^ -(varint.value & 1)) & 0xffff;
    return next;
  }

  protected shape(type: number, inField: boolean): number {
    return inField && (type === TRUE || type === FALSE) ? 0 : (SHAPES[type] ?? Shape.unknown);
  }

  protected stringHeader(at: number): number {
    const next = this.#varint(at);
    this.count = varint.value;
    return next;
  }

  protected listHeader(at: number): number {
    if (at >= this.end) return -1;
    const byte = this.bytes[at]!;
    this.type = byte & 15;
    this.count = byte >> 4;
    return this.count === LONG ? this.stringHeader(at + 1) : at + 1;
  }

  protected mapHeader(at: number): number {
    const next = this.stringHeader(at);
    if (next < 0 || this.count === 0) return next;
    if (next >= this.end) return -1;
    this.type = this.bytes[next]! >> 4;
    this.second = this.bytes[next]! & 15;
    return next + 1;
  }

  protected integer(at: number): number {
    const next = this.#varint(at);
    this.count = (varint.value >>> 1) ^ -(varint.value & 1);
    return next;
  }

  protected variable(at: number): number {
    return this.#varint(at);
  }

  protected isInteger(type: number): boolean {
    return type === I32;
  }

  #varint(at: number): number {
    const fault = readVarint(this.bytes, at, this.end);
    if (fault === null) return varint.end;
    return fault === 'more' ? -1 : this.bad('length of an integer');
  }
}
