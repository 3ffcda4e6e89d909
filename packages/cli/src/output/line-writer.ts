import type { Writable } from 'node:stream';

const BATCH = 64 * 1024;
/** A reader at a terminal must not wait for a full batch. */
const DELAY_MS = 50;

/** Writes lines in batches: one system call for many of them, and no line later than 50 ms. */
export class LineWriter {
  readonly #stream: Writable;
  #batch = '';
  #timer: NodeJS.Timeout | null = null;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  line(text: string): void {
    this.#batch += text;
    this.#batch += '\n';
    if (this.#batch.length >= BATCH) this.flush();
    else if (this.#timer === null) this.#timer = setTimeout(() => this.flush(), DELAY_MS);
  }

  /** Writes what waits. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#batch === '') return;
    const batch = this.#batch;
    this.#batch = '';
    this.#stream.write(batch);
  }

  /** Resolves when the stream has taken what was written; call it between batches of long work. */
  async drained(): Promise<void> {
    if (!this.#stream.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#stream.off('drain', done).off('close', done).off('error', done);
        resolve();
      };
      this.#stream.on('drain', done).on('close', done).on('error', done);
    });
  }
}
