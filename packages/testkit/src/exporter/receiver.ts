import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** How a receiver disappoints: it never answers, it hangs up at the first byte, or nobody listens there. */
export type Fault = 'is silent' | 'hangs up' | 'is gone';

/** Somebody whom an exporter sends to, and who takes nothing. */
export class FaultyReceiver {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** `http://127.0.0.1:PORT`, for exporters that want a URL; others take host and port from it. */
  endpoint = '';

  private constructor(fault: Fault) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
      if (fault === 'hangs up') socket.once('data', () => socket.destroy());
      else socket.pause();
    });
  }

  static async start(fault: Fault): Promise<FaultyReceiver> {
    const receiver = new FaultyReceiver(fault);
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    const { port } = receiver.#server.address() as { port: number };
    receiver.endpoint = `http://127.0.0.1:${port}`;
    if (fault === 'is gone') await receiver.close();
    return receiver;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
