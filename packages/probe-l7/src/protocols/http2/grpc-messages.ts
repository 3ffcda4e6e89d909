/** Octets before each message: whether it is compressed, and its length (gRPC over HTTP/2, `Length-Prefixed-Message`). */
const PREFIX = 5;

/** Counts the messages in the body of a gRPC request or response, without looking into them. */
export class GrpcMessages {
  /** Messages that began; null once a part of the body went unseen that may have held some. */
  count: number | null = 0;
  /** Octets of the message at hand that are still to come. */
  left = 0;
  /** Octets of a prefix that was split, and the length that they tell so far. */
  #prefix = 0;
  #length = 0;

  /** Octets that can be stepped over without missing a prefix; infinite when nothing is counted any more. */
  get skippable(): number {
    return this.count === null ? Number.POSITIVE_INFINITY : this.left;
  }

  /** Takes the next part of the body. */
  take(bytes: Uint8Array, start: number, end: number): void {
    if (this.count === null) return;
    let at = start;
    while (at < end) {
      const stepped = Math.min(this.left, end - at);
      this.left -= stepped;
      at += stepped;
      for (; this.left === 0 && at < end && this.#prefix < PREFIX; at++) {
        if (this.#prefix > 0) this.#length = this.#length * 256 + bytes[at]!;
        this.#prefix++;
      }
      if (this.#prefix < PREFIX) continue;
      this.count++;
      this.left = this.#length;
      this.#prefix = this.#length = 0;
    }
  }

  /** `length` octets went by unseen. */
  skip(length: number): void {
    if (length > this.left) this.count = null;
    else this.left -= length;
  }
}
