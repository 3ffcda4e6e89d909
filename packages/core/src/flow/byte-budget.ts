import { LruMap } from '../collections/lru-map.js';

/**
 * Bounds the bytes that many holders keep in all: whoever has held longest gives up first. Each has a bound of its own; a
 * hundred thousand of them would still be too much.
 */
export class ByteBudget<T> {
  readonly #limit: number;
  readonly #giveUp: (holder: T) => void;
  readonly #holders = new LruMap<T, { readonly holder: T; bytes: number }>(Number.POSITIVE_INFINITY);
  #total = 0;

  /**
   * @param limit most bytes in all.
   * @param giveUp lets a holder part with all that it holds.
   */
  constructor(limit: number, giveUp: (holder: T) => void) {
    this.#limit = limit;
    this.#giveUp = giveUp;
  }

  /** Bytes held in all. */
  get total(): number {
    return this.#total;
  }

  /** Books what a holder holds now; it has held since it last held nothing. Others, or itself, may have to give up. */
  settle(holder: T, bytes: number): void {
    const known = this.#holders.peek(holder);
    this.#total += bytes - (known?.bytes ?? 0);
    if (bytes === 0) this.#holders.delete(holder);
    else if (known === undefined) this.#holders.set(holder, { holder, bytes });
    else known.bytes = bytes;
    while (this.#total > this.#limit) {
      const oldest = this.#holders.forgetOldest();
      if (oldest === undefined) return;
      this.#total -= oldest.bytes;
      this.#giveUp(oldest.holder);
    }
  }
}
