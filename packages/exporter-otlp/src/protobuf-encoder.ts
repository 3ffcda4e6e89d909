/** Scalar types, as OTLP/JSON gives their values: `hex` is bytes, 64-bit integers are decimal strings. */
export type ScalarType = 'string' | 'hex' | 'bool' | 'uint32' | 'int64' | 'fixed32' | 'fixed64' | 'double';

/** A field of a message. */
export interface Field {
  /** Its name in JSON. */
  name: string;
  number: number;
  type: ScalarType | MessageSchema;
  repeated?: boolean;
}

/** The fields of a message, in the order in which they are written. */
export type MessageSchema = readonly Field[];

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;
const FIRST_CAPACITY = 65_536;
/** Longest string that is written byte by byte; its length takes one byte. */
const SHORT = 96;

/**
 * Encodes an object as a protobuf message. Fields that are undefined are left out; what is set is written, also where it
 * is the default, since some of them have presence.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function encodeProtobuf(schema: MessageSchema, value: object): Buffer {
  const encoder = new ProtobufEncoder();
  encoder.message(schema, value as Record<string, unknown>);
  return encoder.result();
}

class ProtobufEncoder {
  #buffer = Buffer.allocUnsafe(FIRST_CAPACITY);
  #at = 0;

  result(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  message(schema: MessageSchema, value: Record<string, unknown>): void {
    for (const field of schema) {
      const content = value[field.name];
      if (content === undefined) continue;
      if (!field.repeated) this.#field(field, content);
      else if (Array.isArray(field.type)) for (const each of content as unknown[]) this.#field(field, each);
      else this.#packed(field, content as unknown[]);
    }
  }

  #field({ number, type }: Field, value: unknown): void {
    if (typeof type !== 'string') {
      this.#tag(number, DELIMITED);
      const start = this.#open();
      this.message(type, value as Record<string, unknown>);
      this.#close(start);
      return;
    }
    this.#tag(number, wireType(type));
    this.#scalar(type, value);
  }

  /** Repeated numbers stand in one run. */
  #packed({ number, type }: Field, values: readonly unknown[]): void {
    if (values.length === 0) return;
    this.#tag(number, DELIMITED);
    const start = this.#open();
    for (const value of values) this.#scalar(type as ScalarType, value);
    this.#close(start);
  }

  #scalar(type: ScalarType, value: unknown): void {
    switch (type) {
      case 'string':
        if (!this.#shortAscii(value as string)) this.#text(value as string, 'utf8', 3);
        break;
      case 'hex':
        this.#text(value as string, 'hex', 1);
        break;
      case 'bool':
        this.#varint(value ? 1 : 0);
        break;
      case 'uint32':
        this.#varint(value as number);
        break;
      case 'int64':
        this.#int64(value as string);
        break;
      case 'fixed32':
        this.#reserve(4);
        this.#at = this.#buffer.writeUInt32LE(value as number, this.#at);
        break;
      case 'fixed64':
        this.#reserve(8);
        this.#at = this.#buffer.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value as string)), this.#at);
        break;
      case 'double':
        this.#reserve(8);
        this.#at = this.#buffer.writeDoubleLE(Number(value), this.#at);
        break;
    }
  }

  /** Most strings are short and plain: writing them here is several times faster than a call into the runtime. */
  #shortAscii(text: string): boolean {
    const { length } = text;
    if (length > SHORT) return false;
    this.#reserve(length + 1);
    const buffer = this.#buffer;
    const start = this.#at + 1;
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code > 127) return false;
      buffer[start + at] = code;
    }
    buffer[this.#at] = length;
    this.#at = start + length;
    return true;
  }

  #int64(text: string): void {
    const value = Number(text);
    if (value >= 0 && value <= 0x7fffffff) this.#varint(value);
    else this.#bigVarint(BigInt.asUintN(64, BigInt(text)));
  }

  #text(text: string, encoding: 'utf8' | 'hex', bytesPerUnit: number): void {
    const start = this.#open();
    this.#reserve(text.length * bytesPerUnit);
    this.#at += this.#buffer.write(text, this.#at, encoding);
    this.#close(start);
  }

  #tag(number: number, wire: number): void {
    this.#varint((number << 3) | wire);
  }

  #varint(value: number): void {
    this.#reserve(5);
    this.#putVarint(value);
  }

  #putVarint(value: number): void {
    while (value > 127) {
      this.#buffer[this.#at++] = (value & 127) | 128;
      value >>>= 7;
    }
    this.#buffer[this.#at++] = value;
  }

  #bigVarint(value: bigint): void {
    this.#reserve(10);
    while (value > 127n) {
      this.#buffer[this.#at++] = Number(value & 127n) | 128;
      value >>= 7n;
    }
    this.#buffer[this.#at++] = Number(value);
  }

  /** Leaves one byte for a length that isn't known yet. */
  #open(): number {
    this.#reserve(1);
    return ++this.#at;
  }

  /** Puts the length in front of what was written since, and makes room where one byte is too few. */
  #close(start: number): void {
    const length = this.#at - start;
    const more = length < 128 ? 0 : Math.floor(Math.log2(length) / 7);
    if (more > 0) {
      this.#reserve(more);
      this.#buffer.copyWithin(start + more, start, this.#at);
    }
    this.#at = start - 1;
    this.#putVarint(length);
    this.#at += length;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}

function wireType(type: ScalarType): number {
  switch (type) {
    case 'string':
    case 'hex':
      return DELIMITED;
    case 'fixed64':
    case 'double':
      return FIXED64;
    case 'fixed32':
      return FIXED32;
    default:
      return VARINT;
  }
}
