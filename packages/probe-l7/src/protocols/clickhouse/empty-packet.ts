import type { Input } from '@sonde/core';

/**
 * What follows the type of a packet with an empty block without a table name: no name, not an overflow, no bucket, no
 * columns, no rows. It ends every result and every transfer of data.
 */
const EMPTY_BLOCK = [0, 1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0, 0, 0];
const SIZE = 1 + EMPTY_BLOCK.length;
/** Where the bytes stand that are all ones: they are rarer than the zeros around them. */
const ONES = 5;

/**
 * Looks for the end of a packet with an empty block: the one boundary that shows itself in the middle of unknown bytes.
 * Takes all bytes that it sees, so that what comes after another question isn't mixed with them.
 */
export class EmptyPacketSearch {
  /** The packet was found: its bytes are the last of those taken. */
  found = false;
  readonly #type: number;
  /** The last bytes of the window before, and as many of the next as may belong to the packet. */
  readonly #seam = new Uint8Array(2 * SIZE);
  #kept = 0;

  /** @param type - of the packet: the client's or the server's number for data */
  constructor(type: number) {
    this.#type = type;
  }

  /** The search begins. */
  begin(): void {
    this.found = false;
    this.#kept = 0;
  }

  /** Looks through a window. Returns how many of its bytes are taken. */
  take({ bytes, start, end }: Input): number {
    const added = Math.min(end - start, SIZE - 1);
    const seam = this.#seam;
    for (let index = 0; index < added; index++) seam[this.#kept + index] = bytes[start + index]!;
    const across = this.#find(seam, 0, this.#kept + added);
    if (across >= 0 && across < this.#kept) return this.#end(across + SIZE - this.#kept);
    const inside = this.#find(bytes, start, end);
    if (inside >= 0) return this.#end(inside + SIZE - start);
    if (end - start >= SIZE) {
      this.#kept = SIZE - 1;
      for (let index = 0; index < SIZE - 1; index++) seam[index] = bytes[end - SIZE + 1 + index]!;
    } else {
      const all = this.#kept + added;
      const kept = Math.min(all, SIZE - 1);
      seam.copyWithin(0, all - kept, all);
      this.#kept = kept;
    }
    return end - start;
  }

  #end(taken: number): number {
    this.found = true;
    this.#kept = 0;
    return taken;
  }

  #find(bytes: Uint8Array, start: number, end: number): number {
    const last = end - SIZE;
    for (let at = start; at <= last; ) {
      const ones = bytes.indexOf(0xff, at + ONES);
      if (ones < 0 || ones > last + ONES) return -1;
      at = ones - ONES;
      if (bytes[at] === this.#type && isEmptyBlock(bytes, at + 1)) return at;
      at++;
    }
    return -1;
  }
}

function isEmptyBlock(bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < EMPTY_BLOCK.length; index++) if (bytes[at + index] !== EMPTY_BLOCK[index]) return false;
  return true;
}
