import {
  type ClientHttp2Session,
  connect,
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { type Duplex, duplexPair, Transform } from 'node:stream';
import type { Message } from '@sonde/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Conversation, type Script, summary } from '../conversation.fixture.js';
import { http2 } from './index.js';

/** What the client itself saw of its requests: the oracle. */
interface Seen {
  path: string;
  status: number;
  bytes: number;
}

/** A tap between two ends: what goes through is noted with its sender. */
function tap(talk: [boolean, Uint8Array][], fromClient: boolean): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      talk.push([fromClient, Uint8Array.from(chunk)]);
      done(null, chunk);
    },
  });
}

/** Serves one session of Node's own HTTP/2 in memory, and notes both what went by and what the client saw. */
async function record(): Promise<{ script: Script; seen: Seen[] }> {
  const talk: [boolean, Uint8Array][] = [];
  const [client, clientTap] = duplexPair();
  const [server, serverTap] = duplexPair();
  clientTap.pipe(tap(talk, true)).pipe(serverTap);
  serverTap.pipe(tap(talk, false)).pipe(clientTap);

  const listener = createServer().on('stream', answer);
  listener.emit('connection', server as Duplex);
  const session = connect('http://shop.test', { createConnection: () => client as Duplex });
  const seen = [
    await ask(session, { ':path': '/items/1' }),
    ...(await Promise.all([1, 2, 3].map((n) => ask(session, { ':path': `/items/${n}`, 'x-trace': `t${n}` })))),
    await ask(session, { ':path': '/large', 'x-long': 'v'.repeat(20_000) }),
    await ask(session, { ':path': '/early' }),
    await ask(session, { ':path': '/form', ':method': 'POST' }, 'a=1&b=2'),
    await ask(session, { ':path': '/missing' }),
    await ask(
      session,
      { ':path': '/shop.Cart/Add', ':method': 'POST', 'content-type': 'application/grpc' },
      '\0\0\0\0\0',
    ),
    await ask(
      session,
      { ':path': '/shop.Cart/None', ':method': 'POST', 'content-type': 'application/grpc' },
      '\0\0\0\0\0',
    ),
  ];
  await new Promise<void>((closed) => session.close(closed));
  server.destroy();
  return { script: talk, seen };
}

function answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  const path = headers[':path'] as string;
  stream.resume();
  if (path === '/missing') stream.respond({ ':status': 404 }, { endStream: true });
  else if (path === '/shop.Cart/None') {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '5' }, { endStream: true });
  } else if (path === '/shop.Cart/Add') {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.alloc(5));
  } else {
    if (path === '/early') stream.additionalHeaders({ ':status': 103, link: '</a.css>' });
    stream.respond({ ':status': 200, 'content-type': 'text/plain' });
    stream.end(path === '/large' ? Buffer.alloc(40_000) : path);
  }
}

function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers);
    let status = 0;
    let bytes = 0;
    stream.on('response', (response) => {
      status = response[':status']!;
    });
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    stream.on('end', () => resolve({ path: headers[':path'] as string, status, bytes }));
    stream.on('error', reject);
    stream.end(body);
  });
}

const byPath = (a: Seen, b: Seen) => a.path.localeCompare(b.path);

/** What of a response these tests look at. */
interface Answer extends Message {
  status: number;
  bodySize: number;
}

describe("a session of Node's own HTTP/2", () => {
  let script: Script;
  let seen: Seen[];

  beforeAll(async () => {
    ({ script, seen } = await record());
  });

  const decode = (size?: number) => new Conversation({ protocols: [http2], pinned: false }).play(script, size);

  it('is read as its client saw it, status and body', () => {
    const talk = decode();
    const read = talk.close().map(({ request, response }) => ({
      path: request.resource as string,
      status: (response as Answer).status,
      bytes: (response as Answer).bodySize,
    }));
    expect(read.sort(byPath)).toEqual([...seen].sort(byPath));
    expect(talk.stats).toMatchObject({ parseErrors: {}, unmatched: {}, desyncs: 0 });
  });

  it('reports gRPC by its name and the status of its trailers, or of a response that is trailers only', () => {
    const calls = decode()
      .close()
      .filter(({ protocol }) => protocol === 'grpc');
    expect(calls.map(({ name, status }) => `${name} ${status}`).sort()).toEqual([
      'shop.Cart/Add 0',
      'shop.Cart/None 5',
    ]);
  });

  it.each([1, 2, 3, 7, 64, 1000])('reads the same in pieces of %i bytes', (size) => {
    expect(decode(size).close().map(summary)).toEqual(decode().close().map(summary));
  });

  it('says nothing false when it is joined at any chunk', () => {
    const truth = new Set(seen.map(({ path, status, bytes }) => `${path} ${status} ${bytes}`));
    let told = 0;
    for (let from = 1; from < script.length; from++) {
      const talk = new Conversation({ protocols: [http2], fromStart: false }).play(script.slice(from));
      for (const exchange of talk.close()) {
        const { request } = exchange;
        const response = exchange.response as Answer | null;
        if (request.resource === null || typeof response?.status !== 'number') continue;
        told++;
        expect(truth, `joined at chunk ${from}`).toContain(
          `${request.resource} ${response.status} ${response.bodySize}`,
        );
      }
    }
    expect(told).toBeGreaterThan(script.length);
  });
});
