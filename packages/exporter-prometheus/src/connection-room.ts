import type { Socket } from 'node:net';

/**
 * Bounds the connections of a server without turning anybody away: whoever comes takes the place of the oldest that has
 * no request under way, or else of the oldest of all. Half-open requests, however many, lock no scraper out.
 */
export class ConnectionRoom {
  readonly #limit: number;
  /** Both in the order of their coming. */
  readonly #waiting = new Set<Socket>();
  readonly #busy = new Set<Socket>();

  /** @param limit most connections at once. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Connections that are there. */
  get size(): number {
    return this.#waiting.size + this.#busy.size;
  }

  /** A connection comes; the one that has to make room for it is destroyed. */
  enter(socket: Socket): void {
    if (this.size >= this.#limit) this.#makeRoom();
    this.#waiting.add(socket);
    socket.once('close', () => this.#leave(socket));
  }

  /** Its request is whole, and is being answered. */
  begin(socket: Socket): void {
    if (this.#waiting.delete(socket)) this.#busy.add(socket);
  }

  /** It was answered, and may ask again. */
  end(socket: Socket): void {
    if (this.#busy.delete(socket)) this.#waiting.add(socket);
  }

  #makeRoom(): void {
    const [oldest] = this.#waiting.size > 0 ? this.#waiting : this.#busy;
    if (oldest === undefined) return;
    this.#leave(oldest);
    oldest.destroy();
  }

  #leave(socket: Socket): void {
    this.#waiting.delete(socket);
    this.#busy.delete(socket);
  }
}
