import { Interner } from '@sonde/core';
import { DynamicTable, type TableEntry } from './dynamic-table.js';
import { Field, fieldOf } from './fields.js';
import { huffmanDecode } from './huffman.js';
import { FIRST_DYNAMIC, STATIC_TABLE } from './static-table.js';

/** Longest header block that is decoded; what collects blocks keeps to it. */
export const MAX_BLOCK = 65_536;

/** How the decoding of a block ended. */
export type BlockEnd =
  /** All of it was read. */
  | 'whole'
  /** It ends within a field: what comes before holds. */
  | 'cut'
  /** It breaks the format, or refers to an entry that the table can't have. */
  | 'malformed';

/** Takes the fields of a block, in order. */
export interface HeaderSink {
  /**
   * @param field number of the field, `Field.other` for one that nobody reports
   * @param name null if it refers to an entry that nobody saw
   * @param value null if it is unknown, or if the field is one that nobody reports
   */
  header(field: number, name: string | null, value: string | null): void;
}

const staticEntries: readonly TableEntry[] = STATIC_TABLE.map(([name, value]) => ({
  name,
  value,
  field: fieldOf(name),
  size: name.length + value.length + 32,
}));
const UNKNOWN: TableEntry = { name: null, value: null, field: Field.other, size: 32 };

const names = new Interner({ capacity: 1024, longest: 64 });
const values = new Interner({ capacity: 4096, longest: 256, encoding: 'utf8' });
const scratch = new Uint8Array((MAX_BLOCK * 8) / 5 + 8);

const CUT = -1;
const MALFORMED = -2;

/** Largest number that a block may hold: beyond, no length and no index makes sense. */
const MAX_INTEGER = 0x0fff_ffff;

/**
 * Decodes the header blocks of one direction (RFC 7541). It may begin anywhere on a connection: what refers to entries
 * that it never saw is reported as unknown, and never as something else.
 */
export class HpackDecoder {
  readonly table: DynamicTable;
  readonly #everything: boolean;
  /** Where the number or string that was read last ends, and how many octets the string has. */
  #at = 0;
  #octets = 0;

  /**
   * @param fromStart true if the first block will be the connection's first
   * @param everything whether values that nobody reports are decoded too; without, secrets never become text
   */
  constructor(fromStart: boolean, everything = false) {
    this.table = new DynamicTable(fromStart);
    this.#everything = everything;
  }

  /** Decodes the block `bytes[start]` up to, not including, `bytes[end]`, of {@link MAX_BLOCK} bytes at most. */
  decode(bytes: Uint8Array, start: number, end: number, sink: HeaderSink): BlockEnd {
    let first = true;
    this.#at = start;
    while (this.#at < end) {
      const byte = bytes[this.#at]!;
      let failed: number;
      if ((byte & 0x80) !== 0) failed = this.#indexed(bytes, end, sink);
      else if ((byte & 0xe0) === 0x20) {
        if (!first) return 'malformed';
        const limit = this.#integer(bytes, end, 0x1f);
        if (limit >= 0) {
          this.table.resize(limit);
          continue;
        }
        failed = limit;
      } else failed = this.#literal(bytes, end, (byte & 0x40) !== 0, sink);
      if (failed < 0) return failed === CUT ? 'cut' : 'malformed';
      first = false;
    }
    return 'whole';
  }

  #indexed(bytes: Uint8Array, end: number, sink: HeaderSink): number {
    const index = this.#integer(bytes, end, 0x7f);
    if (index < 0) return index;
    const entry = this.#entry(index);
    if (entry === null) return MALFORMED;
    sink.header(entry.field, entry.name, entry.value);
    return 0;
  }

  #literal(bytes: Uint8Array, end: number, kept: boolean, sink: HeaderSink): number {
    const index = this.#integer(bytes, end, kept ? 0x3f : 0x0f);
    if (index < 0) return index;
    let name: string | null;
    let field: number;
    let nameOctets: number;
    if (index === 0) {
      const found = this.#string(bytes, end, true, names);
      if (typeof found === 'number') return found;
      name = found;
      field = fieldOf(name!);
      nameOctets = this.#octets;
    } else {
      const entry = this.#entry(index);
      if (entry === null) return MALFORMED;
      ({ name, field } = entry);
      nameOctets = name === null ? 0 : name.length;
    }
    const wanted = field !== Field.other || this.#everything;
    const value = this.#string(bytes, end, wanted, values, kept);
    if (typeof value === 'number') return value;
    if (kept) this.table.add({ name, value, field, size: nameOctets + this.#octets + 32 });
    sink.header(field, name, value);
    return 0;
  }

  /** The entry of an index; null if there can't be one. */
  #entry(index: number): TableEntry | null {
    if (index < FIRST_DYNAMIC) return index === 0 ? null : staticEntries[index - 1]!;
    return this.table.get(index - FIRST_DYNAMIC) ?? (this.table.complete ? null : UNKNOWN);
  }

  /** A string; null if it isn't wanted. Without `measured` the octets of a string that isn't wanted stay unknown. */
  #string(
    bytes: Uint8Array,
    end: number,
    wanted: boolean,
    interner: Interner,
    measured = true,
  ): string | null | number {
    if (this.#at >= end) return CUT;
    const huffman = (bytes[this.#at]! & 0x80) !== 0;
    const length = this.#integer(bytes, end, 0x7f);
    if (length < 0) return length;
    const from = this.#at;
    if (length > end - from) return CUT;
    this.#at = from + length;
    this.#octets = length;
    if (!huffman) return wanted ? interner.take(bytes, from, from + length) : null;
    if (!wanted && !measured) return null;
    this.#octets = huffmanDecode(bytes, from, from + length, scratch);
    if (this.#octets < 0) return MALFORMED;
    return wanted ? interner.take(scratch, 0, this.#octets) : null;
  }

  /** A number with a prefix of as many bits as `mask` has (RFC 7541 §5.1). */
  #integer(bytes: Uint8Array, end: number, mask: number): number {
    let at = this.#at;
    let value = bytes[at++]! & mask;
    if (value === mask) {
      let shift = 0;
      let byte: number;
      do {
        if (at >= end) return CUT;
        byte = bytes[at++]!;
        value += (byte & 0x7f) * 2 ** shift;
        if (value > MAX_INTEGER || shift > 28) return MALFORMED;
        shift += 7;
      } while ((byte & 0x80) !== 0);
    }
    this.#at = at;
    return value;
  }
}
