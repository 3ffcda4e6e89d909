import { constants } from 'node:os';

/** Signals that end a command in good order; SIGHUP comes when its terminal is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Why a command ends. */
export type EndReason = 'signal' | 'duration' | 'command' | 'closed-pipe' | 'fault';

/** Resolves at the first reason to end, and never rejects. */
export class Ending {
  readonly promise: Promise<EndReason>;
  #resolve!: (reason: EndReason) => void;
  #timer: NodeJS.Timeout | null = null;
  readonly #onSignal: (signal: NodeJS.Signals) => void;
  #signals = 0;

  /** @param onSignal told of SIGINT, SIGTERM and SIGHUP. After the third one the process ends at once. */
  constructor(onSignal: (signal: NodeJS.Signals) => void = () => {}) {
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#onSignal = (signal) => {
      if (++this.#signals > 2) process.exit(128 + constants.signals[signal]);
      onSignal(signal);
      this.end('signal');
    };
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
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
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }
}
