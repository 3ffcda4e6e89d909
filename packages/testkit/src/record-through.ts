import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Sample, Turn } from './sample.js';

/** Who is recorded. */
export interface RecordThroughOptions {
  /** Port of the real server. */
  port: number;
  /** @default '127.0.0.1' */
  host?: string;
  /** Port that clients connect to instead. @default a free one */
  listen?: number;
}

/** A recorder that clients connect to in place of their server. */
export interface ThroughRecorder extends AsyncDisposable {
  /** Where clients connect to, on 127.0.0.1. */
  readonly port: number;
  /** Conversations so far, as `NAME` or `NAME#1`, `NAME#2`, … */
  samples(name: string): Sample[];
  /** Ends all connections and listens no more; idempotent. */
  stop(): Promise<void>;
}

/**
 * Records live traffic without any privileges and on any system: clients connect to the recorder, which hands all bytes on
 * to the real server and keeps them.
 *
 * ```ts
 * await using recorder = await recordThrough({ port: 7000 });
 * // … a client talks to recorder.port
 * await recordSample(recorder.samples('mine')[0]!, { to: 'samples/mine.jsonl' });
 * ```
 */
export async function recordThrough(options: RecordThroughOptions): Promise<ThroughRecorder> {
  const talks: Turn[][] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const turns: Turn[] = [];
    talks.push(turns);
    const upstream = connect({ port: options.port, host: options.host ?? '127.0.0.1', allowHalfOpen: true });
    hand(client, upstream, (bytes) => turns.push({ fromClient: true, bytes }));
    hand(upstream, client, (bytes) => turns.push({ fromClient: false, bytes }));
    for (const socket of [client, upstream]) {
      sockets.add(socket.setNoDelay(true));
      socket.once('close', () => sockets.delete(socket));
    }
  });
  server.listen(options.listen ?? 0, '127.0.0.1');
  await once(server, 'listening');
  let stopped: Promise<void> | null = null;
  const stop = () => {
    stopped ??= end(server, sockets);
    return stopped;
  };
  return {
    port: (server.address() as { port: number }).port,
    samples(name) {
      const said = talks.filter((turns) => turns.length > 0);
      return said.map((turns, index) => ({
        name: said.length === 1 ? name : `${name}#${index + 1}`,
        transport: 'tcp',
        turns: [...turns],
      }));
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Hands bytes on, no faster than they are taken. */
function hand(from: Socket, to: Socket, keep: (bytes: Uint8Array) => void): void {
  from.on('data', (bytes) => {
    keep(Uint8Array.from(bytes));
    if (!to.write(bytes)) {
      from.pause();
      to.once('drain', () => from.resume());
    }
  });
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroySoon());
}

async function end(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  for (const socket of sockets) socket.destroy();
  await closed;
}
