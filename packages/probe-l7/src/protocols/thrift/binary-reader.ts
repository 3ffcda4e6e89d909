import { Shape, StructReader } from './struct-reader.js';

/** Types of the binary protocol. */
const STOP = 0;
const BOOL = 2;
const I32 = 8;
const STRING = 11;
const STRUCT = 12;
const MAP = 13;
const SET = 14;
const LIST = 15;

/** Bytes of a value of each type, or its {@link Shape}. */
const SHAPES = new Int8Array(256).fill(Shape.unknown);
for (const [type, size] of [
  ...[
    [BOOL, 1],
    [3, 1],
    [4, 8],
    [6, 2],
    [I32, 4],
    [10, 8],
    [16, 16],
  ],
  ...[
    [STRING, Shape.string],
    [STRUCT, Shape.struct],
    [MAP, Shape.map],
    [SET, Shape.list],
    [LIST, Shape.list],
  ],
] as [number, number][]) {
  SHAPES[type] = size;
}

/** Structs of the binary protocol: a byte of type before each field, numbers big-endian. */
export class BinaryReader extends StructReader {
  protected field(at: number): number {
    if (at >= this.end) return -1;
    this.type = this.bytes[at]!;
    if (this.type === STOP) return at + 1;
    if (SHAPES[this.type] === Shape.unknown) return this.bad('type of a field');
    if (at + 3 > this.end) return -1;
    this.fieldId = this.view.getUint16(at + 1);
    return at + 3;
  }

  protected shape(type: number): number {
    return SHAPES[type]!;
  }

  protected stringHeader(at: number): number {
    return this.integer(at);
  }

  protected listHeader(at: number): number {
    if (at + 5 > this.end) return -1;
    this.type = this.bytes[at]!;
    return this.#size(at + 1);
  }

  protected mapHeader(at: number): number {
    if (at + 6 > this.end) return -1;
    this.type = this.bytes[at]!;
    this.second = this.bytes[at + 1]!;
    return this.#size(at + 2);
  }

  protected integer(at: number): number {
    return at + 4 > this.end ? -1 : this.#size(at);
  }

  protected variable(at: number): number {
    return at;
  }

  protected isInteger(type: number): boolean {
    return type === I32;
  }

  /** Negative counts become huge ones, which are refused. */
  #size(at: number): number {
    this.count = this.view.getUint32(at);
    return at + 4;
  }
}
