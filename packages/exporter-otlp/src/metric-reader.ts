/** Reads and sends metrics every so often, one reading at a time. */
export class MetricReader {
  readonly #read: () => Promise<void>;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | null = null;
  #reading: Promise<void> | null = null;

  /** @param read reads and sends; never throws */
  constructor(intervalMs: number, read: () => Promise<void>) {
    this.#intervalMs = intervalMs;
    this.#read = read;
  }

  start(): void {
    // Counts are cumulative: a turn that is skipped, because the last one still is under way, loses nothing.
    this.#timer ??= setInterval(() => void this.#once(), this.#intervalMs);
  }

  /** Reads once more, after what is under way. */
  async flush(): Promise<void> {
    await this.#reading;
    await this.#once();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #once(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }
}
