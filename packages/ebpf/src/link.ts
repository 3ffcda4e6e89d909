import type { NativeLink } from './backend.js';
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
