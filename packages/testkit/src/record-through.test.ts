import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { echo, echoSample, frame } from './echo-protocol.fixture.js';
import { exchangesFrom } from './exchanges-from.js';
import { recordThrough } from './record-through.js';
import { sample } from './sample.js';
import { talkOverTcp } from './talk-over-tcp.js';

let server: Server;
let port: number;
beforeEach(async () => {
  // Answers each frame with the same.
  server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as { port: number }).port;
});
afterEach(() => server.close());

/** A client that says something and waits for as many bytes. */
async function say(to: number, bytes: Uint8Array): Promise<void> {
  const socket = connect(to, '127.0.0.1');
  socket.write(bytes);
  let left = bytes.length;
  for await (const data of socket) {
    left -= (data as Buffer).length;
    if (left <= 0) break;
  }
}

it('keeps what clients and their server say through it', async () => {
  await using recorder = await recordThrough({ port });
  await say(recorder.port, frame(1, 'one'));
  await say(recorder.port, frame(2, 'two'));
  const samples = recorder.samples('echo');
  expect(samples.map(({ name }) => name)).toEqual(['echo#1', 'echo#2']);
  const exchanges = await exchangesFrom(echo(), samples[1]!);
  expect(exchanges).toMatchObject([{ request: { text: 'two' }, response: { text: 'two' } }]);
});

it('hands on more than fits in the buffers of a connection', async () => {
  await using recorder = await recordThrough({ port });
  await say(recorder.port, new Uint8Array(8 << 20));
  const { turns } = recorder.samples('large')[0]!;
  const bytes = (client: boolean) =>
    turns.filter(({ fromClient }) => fromClient === client).reduce((sum, turn) => sum + turn.bytes.length, 0);
  expect([bytes(true), bytes(false)]).toEqual([8 << 20, 8 << 20]);
});

it('ends its clients where the server is gone, and stops twice', async () => {
  server.close();
  await once(server, 'close');
  const recorder = await recordThrough({ port });
  const socket = connect(recorder.port, '127.0.0.1').on('error', () => {});
  await once(socket, 'close');
  await recorder.stop();
  await recorder.stop();
  expect(recorder.samples('none')).toEqual([]);
});

it('a sample that is talked over TCP arrives as it is', async () => {
  // The recorder is between the two ends, as anybody else would be who looks at the wire.
  await expect(talkOverTcp(echoSample)).resolves.toBeUndefined();
  await expect(talkOverTcp(sample('empty', [['client', '']]))).resolves.toBeUndefined();
  await expect(talkOverTcp(sample('large', [['server', new Uint8Array(8 << 20)]]))).resolves.toBeUndefined();
});
