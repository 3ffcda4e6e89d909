import type { IpDatagram } from './ip-header.js';
import { viewOf } from './packet.js';

/** Longest that fragments wait for the rest, in nanoseconds: RFC 8200 §4.5 says 60 s, kernels give up after 30. */
const MAX_WAIT = 30e9;
const MAX_DATAGRAMS = 256;
const MAX_PIECES = 256;
const MAX_PAYLOAD = 65_535;
/** Fragments that overlap may hold more than their datagram; twice as much is an attack, or damage. */
const MAX_BYTES = 2 * MAX_PAYLOAD;

interface Piece {
  offset: number;
  length: number;
  /** Copy of what was captured of it. */
  bytes: Buffer;
}

interface Incomplete {
  pieces: Piece[];
  /** Bytes of all pieces. */
  bytes: number;
  /** Length of the whole payload, -1 until its last fragment came. */
  total: number;
  since: number;
}

/** Puts fragmented datagrams together. Memory is bounded: at most 256 datagrams of 128 KiB wait, the oldest goes first. */
export class Fragments {
  readonly #waiting = new Map<string, Incomplete>();
  /** Datagrams that were given up. */
  lost = 0;

  /**
   * Takes a fragment.
   *
   * @returns true when it completed its datagram: `datagram` is then the whole one, in memory of its own.
   */
  add(datagram: IpDatagram, at: number): boolean {
    const offset = datagram.fragmentOffset;
    if (offset + datagram.length > MAX_PAYLOAD) return false;
    const key = keyOf(datagram);
    let entry = this.#waiting.get(key);
    if (entry && at - entry.since > MAX_WAIT) {
      this.#giveUp(key);
      entry = undefined;
    }
    if (!entry) {
      if (this.#waiting.size >= MAX_DATAGRAMS) this.#giveUp(this.#waiting.keys().next().value as string);
      entry = { pieces: [], bytes: 0, total: -1, since: at };
      this.#waiting.set(key, entry);
    }
    entry.bytes += datagram.end - datagram.start;
    if (entry.pieces.length >= MAX_PIECES || entry.bytes > MAX_BYTES) {
      this.#giveUp(key);
      return false;
    }
    const bytes = Buffer.from(datagram.bytes.subarray(datagram.start, datagram.end));
    entry.pieces.push({ offset, length: datagram.length, bytes });
    if (!datagram.moreFragments) entry.total = offset + datagram.length;
    if (entry.total < 0 || !isComplete(entry)) return false;
    this.#waiting.delete(key);
    assemble(datagram, entry);
    return true;
  }

  /** Counts what still waits as lost. */
  end(): void {
    this.lost += this.#waiting.size;
    this.#waiting.clear();
  }

  #giveUp(key: string): void {
    if (this.#waiting.delete(key)) this.lost++;
  }
}

function keyOf(datagram: IpDatagram): string {
  const { bytes, addresses, addressBytes, protocol, identification } = datagram;
  return `${bytes.toString('latin1', addresses, addresses + 2 * addressBytes)}${protocol}.${identification}`;
}

function isComplete(entry: Incomplete): boolean {
  entry.pieces.sort((a, b) => a.offset - b.offset);
  let covered = 0;
  for (const piece of entry.pieces) {
    if (piece.offset > covered) return false;
    covered = Math.max(covered, piece.offset + piece.length);
  }
  return covered >= entry.total;
}

/** Copies the pieces behind the addresses. What follows the first byte that wasn't captured counts as not captured. */
function assemble(datagram: IpDatagram, entry: Incomplete): void {
  const { addresses, addressBytes } = datagram;
  const whole = Buffer.alloc(2 * addressBytes + entry.total);
  datagram.bytes.copy(whole, 0, addresses, addresses + 2 * addressBytes);
  let captured = 0;
  for (const piece of entry.pieces) {
    if (piece.offset > captured) break;
    const known = captured - piece.offset;
    if (piece.bytes.length <= known) continue;
    const limit = Math.min(piece.bytes.length, entry.total - piece.offset);
    captured += piece.bytes.copy(whole, 2 * addressBytes + captured, known, limit);
  }
  datagram.bytes = whole;
  datagram.view = viewOf(whole);
  datagram.addresses = 0;
  datagram.start = 2 * addressBytes;
  datagram.end = datagram.start + captured;
  datagram.length = entry.total;
  datagram.fragmentOffset = 0;
  datagram.moreFragments = false;
}
