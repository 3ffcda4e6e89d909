import type { NativeBackend, NativeLink } from './backend.js';
import { EbpfError } from './errors.js';

/** An attached program. Closing the link detaches it; so does closing its program or object. */
export class Link implements Disposable {
  /** What it is attached to, for messages: `tp_btf/sched_switch`. */
  readonly target: string;
  readonly #native: NativeLink;
  readonly #closed: (link: Link) => void;
  #open = true;

  /** Made by the `attach…` methods of {@link BpfProgram}. */
  constructor(target: string, native: NativeLink, closed: (link: Link) => void) {
    this.target = target;
    this.#native = native;
    this.#closed = closed;
  }

  /** False once it was closed. */
  get attached(): boolean {
    return this.#open;
  }

  /**
   * The backend's handle.
   *
   * @throws EbpfError `CLOSED`
   */
  get native(): NativeLink {
    if (!this.#open) throw new EbpfError('CLOSED', `the link to ${this.target} is closed`);
    return this.#native;
  }

  /** Detaches. Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#closed(this);
    this.#native.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** A linked iterator: a program that walks tasks, files or a map, and writes text. */
export class IteratorLink extends Link {
  readonly #backend: NativeBackend;

  /** Made by {@link BpfProgram.attachIter}. */
  constructor(target: string, native: NativeLink, closed: (link: Link) => void, backend: NativeBackend) {
    super(target, native, closed);
    this.#backend = backend;
  }

  /**
   * Runs the iterator once, from the start, and returns what it wrote.
   *
   * @throws EbpfError `RUN_FAILED`, `CLOSED`
   */
  read(): string {
    return new TextDecoder().decode(this.#backend.readIterator(this.native));
  }
}

/** Attaches to several places as to one: if one fails, none stays. */
export function attachAll(attachments: readonly (() => NativeLink)[]): NativeLink {
  const links: NativeLink[] = [];
  const close = () => {
    for (const link of links) link.close();
  };
  try {
    for (const attach of attachments) links.push(attach());
  } catch (error) {
    close();
    throw error;
  }
  return links.length === 1 ? links[0]! : { fd: links[0]?.fd ?? -1, close };
}
