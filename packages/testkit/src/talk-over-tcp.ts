import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { SondeError } from '@sonde/core';
import type { Sample } from './sample.js';

/** How {@link talkOverTcp} talks. */
export interface TalkOverTcpOptions {
  /** Port of the server, on 127.0.0.1. @default a free one */
  port?: number;
  /** How long the other side may take to get what was sent, milliseconds. @default 20000 */
  timeoutMs?: number;
}

/**
 * Has a real client and a real server hold a sample's conversation over loopback, write by write: traffic for a live agent,
 * where the program that speaks the protocol is not at hand. Run it in a process of its own, since an agent leaves itself
 * out.
 *
 * @throws SondeError `TALK_STUCK` when what one side sent did not arrive at the other.
 */
export async function talkOverTcp({ name, turns }: Sample, options: TalkOverTcpOptions = {}): Promise<void> {
  const server = createServer().listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as { port: number }).port, '127.0.0.1');
  const [[accepted]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [
    [Socket],
    unknown,
  ];
  const ends = [client, accepted].map((socket) => new End(socket, options.timeoutMs ?? 20_000, name));
  const [atClient, atServer] = ends as [End, End];
  try {
    for (const { fromClient, bytes } of turns) {
      if (bytes.length === 0) continue;
      const [from, to] = fromClient ? [atClient, atServer] : [atServer, atClient];
      from.socket.write(bytes);
      await to.got(bytes.length);
    }
    client.end();
    await atServer.ended;
  } finally {
    client.destroy();
    accepted.destroy();
    server.close();
    await once(server, 'close');
  }
}

/** One end of a conversation: counts what has arrived. */
class End {
  readonly ended: Promise<unknown>;
  readonly #name: string;
  readonly #timeoutMs: number;
  #arrived = 0;
  #wanted = 0;
  #wake: () => void = () => {};

  constructor(
    readonly socket: Socket,
    timeoutMs: number,
    name: string,
  ) {
    this.#timeoutMs = timeoutMs;
    this.#name = name;
    this.ended = once(socket, 'end');
    socket.setNoDelay(true).on('data', ({ length }) => {
      this.#arrived += length;
      this.#wake();
    });
  }

  /** Resolves when so many bytes more have arrived. */
  async got(count: number): Promise<void> {
    this.#wanted += count;
    if (this.#arrived >= this.#wanted) return;
    await new Promise<void>((resolve, reject) => {
      const stuck = () => {
        const left = this.#wanted - this.#arrived;
        reject(new SondeError('TALK_STUCK', `${this.#name}: ${left} bytes did not arrive in ${this.#timeoutMs} ms`));
      };
      const timer = setTimeout(stuck, this.#timeoutMs);
      this.#wake = () => {
        if (this.#arrived < this.#wanted) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
