import { ipv4, ipv6 } from './address.js';
import { MAX_LISTED } from './messages.js';
import { lastName, NAME_BAD, NAME_SHORT, readName } from './name.js';

const HEADER = 12;
const TYPE_A = 1;
const TYPE_AAAA = 28;
const TYPE_SOA = 6;
const TYPE_OPT = 41;
/** Types whose data is a name, by the bytes that stand before it. */
const NAME_AT: Record<number, number> = { 2: 0, 5: 0, 12: 0, 15: 2, 33: 6, 39: 0, 64: 2, 65: 2 };

/** How much of a message could be read. */
export type Reading = 'whole' | 'short' | 'bad';

/**
 * Reads DNS messages (RFC 1035 §4.1, EDNS by RFC 6891). One reader serves all streams: its fields are valid until the
 * next `read`.
 */
export class MessageReader {
  id = 0;
  isResponse = false;
  opcode = 0;
  authoritative = false;
  cut = false;
  recursionDesired = false;
  /** Response code with EDNS' upper bits. */
  code = 0;
  questions = 0;
  answers = 0;
  authorities = 0;
  additionals = 0;
  /** The first question; of an announcement without one, the first answer. `type` is -1 where there is neither. */
  name = '';
  type = -1;
  class = 0;
  addresses: string[] = [];
  names: string[] = [];
  /** Payload size by EDNS, or -1. */
  ednsSize = -1;
  /** Start-of-authority records in the answer section, and whether the last answer is one: zone transfers. */
  startsOfAuthority = 0;
  endsWithAuthority = false;
  /** Position after the message. */
  end = 0;

  /**
   * Reads the message that begins at `start`; `end` is its end, or where the captured bytes end.
   *
   * @returns `'short'` if it goes on beyond `end`: what was read is there all the same
   */
  read(bytes: Uint8Array, start: number, end: number): Reading {
    this.#reset();
    if (end - start < HEADER) return 'short';
    this.#header(bytes, start);
    let at = start + HEADER;
    for (let index = 0; index < this.questions; index++) {
      const next = this.#question(bytes, start, at, end, index === 0);
      if (next < 0) return next === NAME_BAD ? 'bad' : 'short';
      at = next;
    }
    const total = this.answers + this.authorities + this.additionals;
    for (let index = 0; index < total; index++) {
      const next = this.#record(bytes, start, at, end, index);
      if (next < 0) return next === NAME_BAD ? 'bad' : 'short';
      at = next;
    }
    this.end = at;
    return 'whole';
  }

  #reset(): void {
    this.name = '';
    this.type = this.ednsSize = -1;
    this.class = this.startsOfAuthority = 0;
    this.endsWithAuthority = false;
    // The lists are handed on to messages.
    if (this.addresses.length > 0) this.addresses = [];
    if (this.names.length > 0) this.names = [];
  }

  #header(bytes: Uint8Array, start: number): void {
    const flags = bytes[start + 2]!;
    this.id = u16(bytes, start);
    this.isResponse = (flags & 0x80) !== 0;
    this.opcode = (flags >> 3) & 0x0f;
    this.authoritative = (flags & 0x04) !== 0;
    this.cut = (flags & 0x02) !== 0;
    this.recursionDesired = (flags & 0x01) !== 0;
    this.code = bytes[start + 3]! & 0x0f;
    this.questions = u16(bytes, start + 4);
    this.answers = u16(bytes, start + 6);
    this.authorities = u16(bytes, start + 8);
    this.additionals = u16(bytes, start + 10);
  }

  #question(bytes: Uint8Array, start: number, at: number, end: number, first: boolean): number {
    const after = readName(bytes, start, at, end, first);
    if (after < 0) return after;
    if (after + 4 > end) return NAME_SHORT;
    if (first) this.#subject(bytes, after);
    return after + 4;
  }

  /** Takes the name that was read, with the type and class at `at`, for what the message is about. */
  #subject(bytes: Uint8Array, at: number): void {
    this.name = lastName();
    this.type = u16(bytes, at);
    this.class = u16(bytes, at + 2) & 0x7fff;
  }

  #record(bytes: Uint8Array, start: number, at: number, end: number, index: number): number {
    const subject = this.type < 0 && index === 0;
    const after = readName(bytes, start, at, end, subject);
    if (after < 0) return after;
    if (after + 10 > end) return NAME_SHORT;
    if (subject) this.#subject(bytes, after);
    const type = u16(bytes, after);
    const length = u16(bytes, after + 8);
    const data = after + 10;
    if (data + length > end) return NAME_SHORT;
    if (index < this.answers) {
      this.endsWithAuthority = type === TYPE_SOA;
      if (type === TYPE_SOA) this.startsOfAuthority++;
      const before = NAME_AT[type];
      if (before !== undefined && this.names.length < MAX_LISTED) {
        const named = readName(bytes, start, data + before, data + length, true);
        if (named === NAME_BAD) return NAME_BAD;
        if (named > 0) this.names.push(lastName());
      }
    }
    if (type === TYPE_A || type === TYPE_AAAA) {
      const wanted = type === TYPE_A ? 4 : 16;
      if (length !== wanted && length > 0) return NAME_BAD;
      if (length > 0 && this.addresses.length < MAX_LISTED)
        this.addresses.push(type === TYPE_A ? ipv4(bytes, data) : ipv6(bytes, data));
    } else if (type === TYPE_OPT && index >= this.answers + this.authorities) {
      this.ednsSize = u16(bytes, after + 2);
      this.code |= bytes[after + 4]! << 4;
    }
    return data + length;
  }
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
