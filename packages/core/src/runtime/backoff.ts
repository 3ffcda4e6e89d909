/** Waiting times that double, and begin anew after a time without need. */
export class Backoff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  #nextMs: number;
  #last = Number.NEGATIVE_INFINITY;

  constructor(firstMs = 1000, mostMs = 60_000) {
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
    this.#nextMs = firstMs;
  }

  /**
   * How long to wait now. Whoever has done without for twice the longest wait begins at the first one again.
   *
   * @param nowMs milliseconds of any clock that doesn't go back
   */
  next(nowMs: number): number {
    if (nowMs - this.#last > 2 * this.#mostMs) this.#nextMs = this.#firstMs;
    const wait = this.#nextMs;
    this.#nextMs = Math.min(this.#mostMs, wait * 2);
    this.#last = nowMs + wait;
    return wait;
  }
}
