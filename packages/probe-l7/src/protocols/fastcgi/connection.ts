import type { StreamContext } from '@sonde/core';
import type { FastcgiMessage, FastcgiRequest } from './messages.js';

/** What parsers of FastCGI are offered. */
export type FastcgiContext = StreamContext<FastcgiMessage, FastcgiConnection>;

/** Most requests that are followed at once; web servers send one at a time. */
export const MAX_REQUESTS = 1024;

/**
 * The requests of a connection that wait. Ids are used again as soon as they are free: after a loss on the application's
 * side nobody knows whether an answer belongs to the request that was seen last, and all that wait are given up.
 */
export class FastcgiConnection {
  readonly #begun = { request: false, response: false };
  readonly #open = new Map<number, FastcgiRequest>();
  /** Those whose parameters are not complete. */
  readonly #incomplete = new Set<FastcgiRequest>();

  /** A stream of the direction begins: the first one, or another after a loss. */
  begins(context: FastcgiContext): void {
    const { direction } = context;
    if (this.#begun[direction]) this.#lose(context);
    this.#begun[direction] = true;
  }

  /** A request begins. */
  add(context: FastcgiContext, request: FastcgiRequest): void {
    const before = this.#open.get(request.id);
    if (before !== undefined) this.remove(before);
    else if (this.#open.size >= MAX_REQUESTS) {
      const [oldest] = this.#open.values();
      this.#giveUp(context, oldest!, 'too many requests');
    }
    this.#open.set(request.id, request);
    this.#incomplete.add(request);
  }

  /** All parameters of a request came. */
  complete(request: FastcgiRequest): void {
    this.#incomplete.delete(request);
  }

  /** A request was answered. */
  remove(request: FastcgiRequest): void {
    if (this.#open.get(request.id) === request) this.#open.delete(request.id);
    this.#incomplete.delete(request);
  }

  #lose(context: FastcgiContext): void {
    for (const request of this.#open.values()) {
      if (context.direction === 'response' || this.#incomplete.has(request)) this.#giveUp(context, request, 'loss');
      else {
        request.truncated = true;
        request.bodySize = null;
      }
    }
  }

  #giveUp(context: FastcgiContext, request: FastcgiRequest, reason: string): void {
    this.remove(request);
    if (context.pending(request.id) === request) context.abandon(request, reason);
  }
}
