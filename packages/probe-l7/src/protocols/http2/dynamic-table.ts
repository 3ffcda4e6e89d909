/** A header field in a table. */
export interface TableEntry {
  /** Null where the name referred to an entry that nobody saw. */
  readonly name: string | null;
  /** Null where the value wasn't kept, since nobody reports it. */
  readonly value: string | null;
  /** Number of the field: see `Field`. */
  readonly field: number;
  /** Octets of name and value, and 32 (RFC 7541 §4.1). */
  readonly size: number;
}

/** Size of a table until its encoder says another (RFC 9113 §6.5.2). */
const DEFAULT_LIMIT = 4096;
/** Most that is kept of a larger table. */
const CAP = 65_536;
/** What stands in for an entry that is larger than all that is kept. */
const TOO_LARGE: TableEntry = { name: null, value: null, field: 0, size: 32 };

/**
 * The dynamic table of one direction (RFC 7541 §2.3.2), newest entry first.
 *
 * A table that was joined late, or that missed a header block, is not **complete**: it knows the entries that were added
 * since. An index counts from the newest entry backwards, so one that falls on such an entry is certain, whatever the
 * table held before; any other is unknown.
 */
export class DynamicTable {
  /** True while every entry of the encoder's table is here. */
  complete: boolean;
  #ring: (TableEntry | undefined)[] = new Array(16);
  #newest = 0;
  #count = 0;
  #size = 0;
  /** What the encoder keeps to; infinite while nobody knows. */
  #limit: number;

  constructor(complete: boolean) {
    this.complete = complete;
    this.#limit = complete ? DEFAULT_LIMIT : Number.POSITIVE_INFINITY;
  }

  /** Entries that are known. */
  get count(): number {
    return this.#count;
  }

  /** Sum of the sizes of the entries. */
  get size(): number {
    return this.#size;
  }

  /** The entry `distance` places behind the newest, or undefined. */
  get(distance: number): TableEntry | undefined {
    if (distance >= this.#count) return undefined;
    return this.#ring[(this.#newest - distance) & (this.#ring.length - 1)];
  }

  add(entry: TableEntry): void {
    if (entry.size > this.#limit) {
      this.#evict(0); // it empties the table, and isn't in it (RFC 7541 §4.4)
      return;
    }
    const kept = entry.size > CAP ? TOO_LARGE : entry;
    this.#evict(Math.min(this.#limit, CAP) - kept.size);
    if (this.#count === this.#ring.length) this.#grow();
    this.#newest = (this.#newest + 1) & (this.#ring.length - 1);
    this.#ring[this.#newest] = kept;
    this.#count++;
    this.#size += kept.size;
  }

  /** The encoder keeps to another size from now on (RFC 7541 §6.3). */
  resize(limit: number): void {
    this.#limit = limit;
    this.#evict(Math.min(limit, CAP));
  }

  /** A header block went unseen: whatever was known may stand elsewhere now, or be gone. */
  forget(): void {
    this.#ring = new Array(16);
    this.#newest = this.#count = this.#size = 0;
    this.#limit = Number.POSITIVE_INFINITY;
    this.complete = false;
  }

  #evict(allowed: number): void {
    if (this.#size > allowed && this.#limit > CAP) this.complete = false;
    while (this.#size > allowed && this.#count > 0) {
      const oldest = (this.#newest - this.#count + 1) & (this.#ring.length - 1);
      this.#size -= this.#ring[oldest]!.size;
      this.#ring[oldest] = undefined;
      this.#count--;
    }
  }

  #grow(): void {
    const larger: (TableEntry | undefined)[] = new Array(this.#ring.length * 2);
    for (let i = 0; i < this.#count; i++) larger[this.#count - 1 - i] = this.get(i);
    this.#newest = this.#count - 1;
    this.#ring = larger;
  }
}
