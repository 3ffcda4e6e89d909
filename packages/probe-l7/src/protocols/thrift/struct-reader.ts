/** What the value of a struct may tell: the first field of a result, or the text and the type of an exception. */
export type Wanted = 'first field' | 'exception';

/** Structs, lists and maps within one another; Thrift's own libraries stop at 64. */
const MAX_DEPTH = 64;
/** Most bytes of one value: more than any server takes. */
const MAX_VALUE = 0x3fff_ffff;
/** Longest text of an exception that is kept. */
const MAX_TEXT = 1024;

const STRUCT = 0;
const SEQUENCE = 1;

/**
 * Steps over a struct as its bytes come, with no more memory than its depth asks for: without frames, nothing else tells
 * where a message ends. The two encodings say what a field and a value look like.
 */
export abstract class StructReader {
  /** Id of the first field; -1 while there is none. */
  firstField = -1;
  /** Type and text of an exception: positions are in the window of the {@link advance} that finds the text. */
  exceptionType: number | null = null;
  textStart = -1;
  textEnd = -1;
  /** True once the struct's end was read. */
  done = false;
  /** Why these bytes are no struct, or null. */
  fault: string | null = null;

  protected bytes: Uint8Array = NONE;
  protected view: DataView = NO_VIEW;
  protected end = 0;
  /** What a value's header told: the type of a field or of elements, of a map's values, and how many there are. */
  protected type = 0;
  protected second = 0;
  protected count = 0;
  protected fieldId = 0;

  /** For each level: what it is, elements left, type of elements (of a map: of keys), of values. */
  readonly #kinds: number[] = [];
  readonly #left: number[] = [];
  readonly #types: number[] = [];
  readonly #seconds: number[] = [];
  #wanted: Wanted = 'first field';

  /** Begins a struct. */
  start(wanted: Wanted): void {
    this.firstField = this.textStart = this.textEnd = -1;
    this.exceptionType = null;
    this.done = false;
    this.fault = null;
    this.#kinds.length = this.#left.length = this.#types.length = this.#seconds.length = 0;
    this.#wanted = wanted;
    this.#push(STRUCT, 0, 0, 0);
  }

  /**
   * Goes on at `from`.
   *
   * @returns where the next step begins: up to `end`, or beyond where a long value is stepped over
   */
  advance(bytes: Uint8Array, view: DataView, from: number, end: number): number {
    this.bytes = bytes;
    this.view = view;
    this.end = end;
    let at = from;
    while (!this.done && this.fault === null && at < end) {
      const next = this.#kinds[this.#kinds.length - 1] === STRUCT ? this.#field(at) : this.#element(at);
      if (next < 0) break;
      at = next;
    }
    this.bytes = NONE;
    this.view = NO_VIEW;
    return at;
  }

  /**
   * Reads a field's header: `type` (0 for the end of the struct) and `fieldId`.
   *
   * @param before id of the field before it in the same struct
   * @returns where it ends, -1 for more bytes
   */
  protected abstract field(at: number, before: number): number;

  /** How a value of this type is written: its size, or one of the {@link Shape}s. */
  protected abstract shape(type: number, inField: boolean): number;

  /** Reads the length of a string into `count`. Returns where it ends, -1 for more. */
  protected abstract stringHeader(at: number): number;

  /** Reads the header of a list or set into `type` and `count`. */
  protected abstract listHeader(at: number): number;

  /** Reads the header of a map into `type`, `second` and `count`. */
  protected abstract mapHeader(at: number): number;

  /** Reads an integer of 32 bits into `count`. */
  protected abstract integer(at: number): number;

  /** Where a variable-length integer ends, -1 for more. */
  protected abstract variable(at: number): number;

  protected bad(fault: string): number {
    this.fault = fault;
    return -1;
  }

  #field(at: number): number {
    const level = this.#kinds.length - 1;
    const next = this.field(at, this.#left[level]!);
    if (next < 0) return -1;
    if (this.type === 0) {
      this.#pop();
      return next;
    }
    const id = this.fieldId;
    if (level === 0 && this.firstField < 0) this.firstField = id;
    const depth = this.#kinds.length;
    const told = level === 0 && this.#wanted === 'exception' ? this.#exceptionField(next) : 0;
    const after = told !== 0 ? told : this.#value(this.type, next, true);
    if (after < 0) return -1;
    this.#left[depth - 1] = id;
    return after;
  }

  #element(at: number): number {
    const level = this.#kinds.length - 1;
    const left = this.#left[level]!;
    if (left === 0) {
      this.#pop();
      return at;
    }
    const isMap = this.#seconds[level]! !== 0;
    const type = isMap && left % 2 === 1 ? this.#seconds[level]! : this.#types[level]!;
    const size = isMap ? Shape.unknown : this.shape(type, false);
    if (size >= 0) {
      this.#left[level] = 0;
      return at + left * size;
    }
    const next = this.#value(type, at, false);
    if (next < 0) return -1;
    this.#left[level] = left - 1;
    return next;
  }

  /** Steps over a value, or into it. Returns where the next step begins, -1 for more bytes. */
  #value(type: number, at: number, inField: boolean): number {
    const shape = this.shape(type, inField);
    if (shape >= 0) return at + shape;
    switch (shape) {
      case Shape.variable:
        return this.variable(at);
      case Shape.string: {
        const next = this.stringHeader(at);
        if (next < 0) return -1;
        return this.count > MAX_VALUE ? this.bad('length of a string') : next + this.count;
      }
      case Shape.struct:
        return this.#push(STRUCT, 0, 0, 0) ? at : -1;
      case Shape.list: {
        const next = this.listHeader(at);
        if (next < 0 || this.count === 0) return next;
        if (this.count > MAX_VALUE || this.shape(this.type, false) === Shape.unknown) return this.bad('list');
        return this.#push(SEQUENCE, this.count, this.type, 0) ? next : -1;
      }
      case Shape.map: {
        const next = this.mapHeader(at);
        if (next < 0 || this.count === 0) return next;
        const unknown =
          this.shape(this.type, false) === Shape.unknown || this.shape(this.second, false) === Shape.unknown;
        if (this.count > MAX_VALUE || unknown) return this.bad('map');
        return this.#push(SEQUENCE, 2 * this.count, this.type, this.second) ? next : -1;
      }
      default:
        return this.bad('type of a value');
    }
  }

  /** Fields 1 and 2 of TApplicationException. Returns where the value ends, -1 for more, 0 if it is none of them. */
  #exceptionField(at: number): number {
    const shape = this.shape(this.type, true);
    if (this.fieldId === 1 && shape === Shape.string) {
      const next = this.stringHeader(at);
      if (next < 0) return -1;
      if (this.count > MAX_TEXT) return 0;
      if (next + this.count > this.end) return -1;
      this.textStart = next;
      this.textEnd = next + this.count;
      return this.textEnd;
    }
    if (this.fieldId !== 2 || !this.isInteger(this.type)) return 0;
    const next = this.integer(at);
    if (next > 0) this.exceptionType = this.count;
    return next;
  }

  /** Whether a type is that of an integer of 32 bits. */
  protected abstract isInteger(type: number): boolean;

  #push(kind: number, left: number, type: number, second: number): boolean {
    if (this.#kinds.length >= MAX_DEPTH) {
      this.fault = 'nesting';
      return false;
    }
    this.#kinds.push(kind);
    this.#left.push(left);
    this.#types.push(type);
    this.#seconds.push(second);
    return true;
  }

  #pop(): void {
    this.#kinds.pop();
    this.#left.pop();
    this.#types.pop();
    this.#seconds.pop();
    if (this.#kinds.length === 0) this.done = true;
  }
}

/** How a value is written, where it isn't by a fixed number of bytes. */
export const Shape = { unknown: -1, string: -2, struct: -3, list: -4, map: -5, variable: -6 } as const;

const NONE = new Uint8Array(0);
const NO_VIEW = new DataView(NONE.buffer);
