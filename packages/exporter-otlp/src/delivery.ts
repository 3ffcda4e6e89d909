import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@sonde/core';
import type { HttpAnswer, HttpSender } from './http-sender.js';
import { partialSuccess } from './partial-success.js';
import { backoff, isRetryable, type RetryOptions, retryAfter } from './retry.js';

/** What a {@link Delivery} needs. */
export interface DeliveryOptions {
  sender: HttpSender;
  retry: RetryOptions;
  /** `spans` or `points`, for messages and reasons. */
  what: string;
  logger: Logger;
  dropped(reason: string, count: number): void;
}

/** Why a body was not taken: in a word for people, and as the receiver or the system told it. */
interface Failure {
  why: string;
  text: string;
}

/** The agent stops while a body is under way, which may have failed before. */
function stoppedAfter(last: Failure | null): Failure {
  return last === null
    ? { why: 'no answer until the agent stopped', text: '' }
    : { why: `${last.why} until the agent stopped`, text: last.text };
}

/** The longest silence about a failure that goes on, milliseconds. */
const REMIND_MS = 60_000;

/** Brings one body after another to the receiver: tries again where that may help, and counts what is given up. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #stopping = new AbortController();
  readonly #warned = new Map<string, number>();

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Delivers a body with `count` items in it, or gives it up. Never throws. */
  async deliver(body: Buffer, count: number): Promise<void> {
    const { sender, retry } = this.#options;
    const giveUpAt = Date.now() + retry.forMs;
    let last: Failure | null = null;
    for (let attempt = 1; ; attempt++) {
      let answer: HttpAnswer | null = null;
      let failure: Failure | null = null;
      try {
        answer = await sender.send(body, this.#stopping.signal);
      } catch (error) {
        failure = { why: causeOf(error), text: error instanceof Error ? error.message : String(error) };
      }
      if (this.#stopping.signal.aborted) return this.#giveUp('shutdown', count, stoppedAfter(last));
      if (answer && answer.status >= 200 && answer.status < 300) return this.#taken(answer);
      failure ??= { why: `HTTP ${answer?.status}`, text: answer ? textOf(answer) : '' };
      if (answer && !isRetryable(answer.status)) return this.#giveUp(`http-${answer.status}`, count, failure);

      const after = answer ? retryAfter(answer.headers['retry-after'], Date.now()) : null;
      const pause = backoff(attempt, after, retry, Math.random());
      last = failure;
      const reason = answer ? `http-${answer.status}` : 'unreachable';
      if (Date.now() + pause > giveUpAt) return this.#giveUp(reason, count, failure);
      const message = `${sender.name} does not take ${this.#options.what}: ${failure.why}; trying again`;
      this.#warn(`${reason}-retry`, message, { reason, failure: failure.text, retryMs: Math.round(pause) });
      await wait(pause, undefined, { signal: this.#stopping.signal }).catch(() => {});
    }
  }

  /** Ends what is under way: it is counted as dropped. */
  abort(): void {
    this.#stopping.abort();
  }

  #taken(answer: HttpAnswer): void {
    const partial = partialSuccess(answer);
    if (partial === null) return;
    const { dropped, sender, what } = this.#options;
    if (partial.rejected > 0) dropped('rejected', partial.rejected);
    this.#warn('rejected', `${sender.name} took only a part of the ${what}`, { ...partial });
  }

  #giveUp(reason: string, count: number, { why, text }: Failure): void {
    const { dropped, sender, what } = this.#options;
    dropped(reason, count);
    this.#warn(reason, `${count} ${what} for ${sender.name} were given up: ${why}`, { reason, failure: text });
  }

  /** Says the same at most once a minute. */
  #warn(kind: string, message: string, fields: Record<string, unknown>): void {
    const now = Date.now();
    if (now - (this.#warned.get(kind) ?? Number.NEGATIVE_INFINITY) < REMIND_MS) return;
    this.#warned.set(kind, now);
    this.#options.logger.warn(message, fields);
  }
}

/** `ECONNREFUSED` and the like, which name more than the message does where several addresses were tried. */
function causeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : message || String(error);
}

function textOf({ body }: HttpAnswer): string {
  // Errors come as text, as JSON, or as a protobuf Status: its message is legible in all of them.
  return body
    .toString('utf8', 0, 300)
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim();
}
