import { type Encoding, MessageType, type Transport } from './messages.js';
import { readHeader, transforms } from './theader.js';
import { readVarint, varint } from './varint.js';

/** Longest name of a message that is read. */
export const MAX_NAME = 1024;
/** Largest frame: one whose length can't be taken for the magic of a THeader. */
export const MAX_FRAME = 0x0ffe_ffff;
/** Smallest one: the compact protocol's two bytes, a sequence id, an empty name and an empty struct. */
const MIN_FRAME = 5;

const STRICT = 0x80;
const COMPACT = 0x82;
const HEADER = 0x0f;
const MAGIC = 0xff;

/**
 * What stands around the struct of a message: the transport's frame, then type, name and sequence id. Read into fields,
 * since most messages need nothing else.
 */
export class Envelope {
  transport: Transport = 'unframed';
  encoding: Encoding = 'binary';
  type = 0;
  sequence = 0;
  nameStart = 0;
  nameEnd = 0;
  /** Where the struct begins. */
  body = 0;
  /** Where the frame ends, or -1 without one. */
  frameEnd = -1;
  /** True if the frame's content is compressed or otherwise transformed: nothing but the frame is known. */
  opaque = false;

  /**
   * Reads what begins at `start`.
   *
   * @returns null if all of it was read, `more`, or why this is no message
   */
  read(bytes: Uint8Array, view: DataView, start: number, end: number): string | null {
    if (end - start < 5) return 'more';
    this.opaque = false;
    this.frameEnd = -1;
    this.transport = 'unframed';
    const first = bytes[start]!;
    if (first === STRICT) return this.#strict(bytes, view, start, end);
    if (first === COMPACT) return this.#compact(bytes, start, end);
    // A server that read the length apart from the frame was joined behind it.
    if (first === HEADER && bytes[start + 1] === MAGIC) return this.#header(bytes, view, start, end);
    const size = view.getInt32(start);
    const kind = bytes[start + 4]!;
    // Without a frame, and from before versions, a name's length comes first, then the name.
    if (kind >= 0x20 && kind < 0x7f) return this.#old(bytes, view, start, end);
    if (size < MIN_FRAME || size > MAX_FRAME) return 'size of a frame';
    this.transport = 'framed';
    this.frameEnd = start + 4 + size;
    const limit = Math.min(end, this.frameEnd);
    const fault = this.#framed(bytes, view, start + 4, limit, kind);
    // What ends with the frame will never be longer.
    return fault === 'more' && limit === this.frameEnd ? 'frame shorter than its message' : fault;
  }

  #framed(bytes: Uint8Array, view: DataView, at: number, end: number, kind: number): string | null {
    if (kind === HEADER) return this.#header(bytes, view, at, end);
    if (kind === STRICT) return this.#strict(bytes, view, at, end);
    if (kind === COMPACT) return this.#compact(bytes, at, end);
    return kind === 0 ? this.#old(bytes, view, at, end) : 'begin of a frame';
  }

  #header(bytes: Uint8Array, view: DataView, at: number, end: number): string | null {
    this.transport = 'header';
    const payload = readHeader(bytes, view, at, end, this.frameEnd < 0 ? Number.POSITIVE_INFINITY : this.frameEnd);
    if (typeof payload === 'string') return payload;
    if (transforms.count > 0 || transforms.unknownProtocol) {
      this.opaque = true;
      return this.frameEnd < 0 ? 'no frame' : null;
    }
    if (payload >= end) return 'more';
    if (bytes[payload] === STRICT) return this.#strict(bytes, view, payload, end);
    return bytes[payload] === COMPACT ? this.#compact(bytes, payload, end) : 'begin of a payload';
  }

  /** `8001 00 type`, name, sequence id. */
  #strict(bytes: Uint8Array, view: DataView, at: number, end: number): string | null {
    if (at + 8 > end) return 'more';
    if (bytes[at + 1] !== 1) return 'version';
    this.encoding = 'binary';
    const fault = this.#name(at + 8, view.getInt32(at + 4), end, 4);
    if (fault !== null) return fault;
    this.sequence = view.getInt32(this.nameEnd);
    this.body = this.nameEnd + 4;
    return this.#type(bytes[at + 3]!);
  }

  /** Name, type, sequence id. */
  #old(bytes: Uint8Array, view: DataView, at: number, end: number): string | null {
    if (at + 4 > end) return 'more';
    this.encoding = 'old binary';
    const fault = this.#name(at + 4, view.getInt32(at), end, 5);
    if (fault !== null) return fault;
    this.sequence = view.getInt32(this.nameEnd + 1);
    this.body = this.nameEnd + 5;
    return this.#type(bytes[this.nameEnd]!);
  }

  /** `82`, type and version in one byte, sequence id and name's length of variable length, name. */
  #compact(bytes: Uint8Array, at: number, end: number): string | null {
    if (at + 2 > end) return 'more';
    if ((bytes[at + 1]! & 0x1f) !== 1) return 'version';
    this.encoding = 'compact';
    let fault: string | null = readVarint(bytes, at + 2, end);
    if (fault !== null) return fault === 'bad' ? 'sequence id' : fault;
    this.sequence = varint.value | 0;
    fault = readVarint(bytes, varint.end, end);
    if (fault !== null) return fault === 'bad' ? 'length of a name' : fault;
    fault = this.#name(varint.end, varint.value, end, 0);
    if (fault !== null) return fault;
    this.body = this.nameEnd;
    return this.#type(bytes[at + 1]! >> 5);
  }

  /** `after`: bytes of the envelope behind the name. */
  #name(start: number, length: number, end: number, after: number): string | null {
    if (length < 0 || length > MAX_NAME) return 'length of a name';
    this.nameStart = start;
    this.nameEnd = start + length;
    return this.nameEnd + after > end ? 'more' : null;
  }

  #type(type: number): string | null {
    this.type = type;
    return type >= MessageType.call && type <= MessageType.oneway ? null : 'type of a message';
  }
}
