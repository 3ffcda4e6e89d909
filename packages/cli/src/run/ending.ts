/** Why a command ends. */
export type EndReason = 'signal' | 'duration' | 'command' | 'closed-pipe' | 'fault';

/** Resolves at the first reason to end, and never rejects. */
export class Ending {
  readonly promise: Promise<EndReason>;
  #resolve!: (reason: EndReason) => void;
  #timer: NodeJS.Timeout | null = null;
  readonly #onSignal: (signal: NodeJS.Signals) => void;
  #signals = 0;

  /** @param onSignal told of SIGINT and SIGTERM. After the third one the process ends at once. */
  constructor(onSignal: (signal: NodeJS.Signals) => void = () => {}) {
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#onSignal = (signal) => {
      if (++this.#signals > 2) process.exit(signal === 'SIGINT' ? 130 : 143);
      onSignal(signal);
      this.end('signal');
    };
    process.on('SIGINT', this.#onSignal).on('SIGTERM', this.#onSignal);
  }

  end(reason: EndReason): void {
    this.#resolve(reason);
  }

  /** Ends after a time. */
  after(milliseconds: number): void {
    this.#timer = setTimeout(() => this.end('duration'), milliseconds);
  }

  /** Signals do again what they did before. */
  release(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    process.off('SIGINT', this.#onSignal).off('SIGTERM', this.#onSignal);
  }
}
