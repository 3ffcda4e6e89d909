import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Exchange } from '@sonde/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METHODS } from './support/capture-methods.js';
import { count, observe } from './support/observe.js';
import { type RealServer, serverModule } from './support/real-server.js';

const { startNats } = await serverModule<{ startNats(): Promise<RealServer> }>('nats');
const run = promisify(execFile);
const client = fileURLToPath(new URL('./programs/nats-client.mjs', import.meta.url));

/** Inboxes have names made of chance, and JetStream's acknowledgements a place in the stream and a time. */
const plain = (subject: string | null | undefined) =>
  (subject ?? '').replace(/^_INBOX\..*/, '_INBOX').replace(/^\$JS\.ACK\..*/, '$JS.ACK');
const summary = ({ name, status, request }: Exchange) => `${name} ${plain(request.resource)} ${status}`;

/** @against nats: nats-server with JetStream and the nats client of npm */
describe.each(METHODS)('nats-server and the nats client of npm, by %s capture', (capture) => {
  let server: RealServer;

  beforeAll(async () => {
    server = await startNats();
  }, 60_000);
  afterAll(() => server?.stop());

  it('are seen at both ends, with requests, deliveries and JetStream', async () => {
    let own = { received: 0, sent: 0 };
    const seen = await observe(capture, server.port, async () => {
      const { stdout } = await run(process.execPath, [client, `${server.port}`]);
      own = JSON.parse(stdout);
    });
    for (const side of ['client', 'server']) {
      const counts = count(seen, side, summary);
      expect(counts, side).toEqual({
        'CONNECT  null': 1,
        'PING  PONG': 5,
        'SUB shop.price null': 1,
        'SUB events.* null': 1,
        'SUB _INBOX null': 2,
        'UNSUB  null': 6,
        'PUB shop.price MSG': 20,
        'DELIVER shop.price null': 20,
        'PUB _INBOX null': 20,
        'PUB shop.nobody 503': 3,
        'PUB events.0 null': 10,
        'PUB events.1 null': 10,
        'PUB events.2 null': 10,
        'PUB events.large null': 1,
        'PUB events.end null': 1,
        'DELIVER events.0 null': 10,
        'DELIVER events.1 null': 10,
        'DELIVER events.2 null': 10,
        'DELIVER events.large null': 1,
        'PUB $JS.API.INFO MSG': 1,
        'PUB $JS.API.STREAM.CREATE.ORDERS MSG': 1,
        'PUB orders.new MSG': 25,
        'PUB $JS.API.CONSUMER.CREATE.ORDERS.billing MSG': 1,
        'PUB $JS.API.CONSUMER.INFO.ORDERS.billing MSG': 1,
        'PUB $JS.API.CONSUMER.MSG.NEXT.ORDERS.billing null': 1,
        'DELIVER orders.new null': 25,
        'PUB $JS.ACK MSG': 25,
        'PUB $JS.API.STREAM.DELETE.ORDERS MSG': 1,
      });
      const sum = (pattern: RegExp) =>
        Object.entries(counts).reduce((all, [key, times]) => all + (pattern.test(key) ? times : 0), 0);
      expect({ sent: sum(/^PUB /), received: sum(/^DELIVER | (MSG|503)$/) }, side).toEqual(own);
      const ours = seen.filter((exchange) => exchange.side === side);
      const sizes = ours.filter(({ request }) => request.resource === 'events.large').map(({ request }) => request);
      expect(sizes).toMatchObject([{ payloadBytes: 200_000 }, { payloadBytes: 200_000 }]);
      const traced = ours.filter(({ request }) => request.traceparent !== undefined);
      expect(traced.map(summary).sort(), side).toEqual(['DELIVER events.1 null', 'PUB events.1 null']);
    }
    expect(JSON.stringify(seen.map((e) => [e.request, e.response, e.attributes]))).not.toMatch(/hunter2|swordfish/);
  }, 60_000);
});
