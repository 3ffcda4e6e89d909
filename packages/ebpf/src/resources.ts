import type { NativeHandle } from './backend.js';

/**
 * Things that an owner closes when it is closed, the youngest first. One that was closed by itself takes itself out
 * through {@link Resources.remove}, so that an owner who outlives thousands of them doesn't grow.
 */
export class Resources {
  readonly #members = new Set<NativeHandle>();

  /** Takes ownership; returns what it was given. */
  add<T extends NativeHandle>(member: T): T {
    this.#members.add(member);
    return member;
  }

  remove(member: NativeHandle): void {
    this.#members.delete(member);
  }

  /** Number of things that are still open. */
  get size(): number {
    return this.#members.size;
  }

  /**
   * Closes all, also those behind one that fails.
   *
   * @throws the first error, when all were closed
   */
  close(): void {
    let failure: { error: unknown } | undefined;
    for (const member of [...this.#members].reverse()) {
      this.#members.delete(member);
      try {
        member.close();
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure) throw failure.error;
  }
}
