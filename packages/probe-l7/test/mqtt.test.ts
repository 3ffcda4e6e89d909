import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Exchange } from '@sonde/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METHODS } from './support/capture-methods.js';
import { count, observe } from './support/observe.js';
import { type RealServer, serverModule } from './support/real-server.js';

const { startMosquitto } = await serverModule<{ startMosquitto(): Promise<RealServer> }>('mosquitto');
const run = promisify(execFile);
const client = fileURLToPath(new URL('./programs/mqtt-client.mjs', import.meta.url));

const summary = ({ name, status, request }: Exchange) => {
  const { qos } = request as { qos?: number };
  return `${name} ${request.resource}${qos === undefined ? '' : ` QoS ${qos}`} ${status}`;
};

/** @against mqtt: Mosquitto and the mqtt client of npm */
describe.each(METHODS)('Mosquitto and the mqtt client of npm, by %s capture', (capture) => {
  let server: RealServer;

  beforeAll(async () => {
    server = await startMosquitto();
  }, 60_000);
  afterAll(() => server?.stop());

  it.each(['4', '5'])(
    'are seen at both ends, publications of each QoS in both directions: version %s',
    async (version) => {
      const seen = await observe(capture, server.port, () =>
        run(process.execPath, [client, `${server.port}`, version]),
      );
      for (const side of ['client', 'server']) {
        expect(count(seen, side, summary), side).toEqual({
          'CONNECT reader 0': 1,
          'CONNECT writer 0': 1,
          [`CONNECT stranger ${version === '5' ? 0x87 : 5}`]: 1,
          'SUBSCRIBE shop/0 1': 1,
          'SUBSCRIBE shop/# 2': 1,
          'UNSUBSCRIBE shop/0 0': 1,
          'PUBLISH shop/0 QoS 0 null': 20,
          'PUBLISH shop/1 QoS 1 0': 20,
          'PUBLISH shop/2 QoS 2 0': 20,
          'DELIVER shop/0 QoS 0 null': 20,
          'DELIVER shop/1 QoS 1 0': 20,
          'DELIVER shop/2 QoS 2 0': 20,
          'PUBLISH elsewhere/0 QoS 0 null': 20,
          // MQTT 5 has a code for what nobody has subscribed to.
          [`PUBLISH elsewhere/1 QoS 1 ${version === '5' ? 0x10 : 0}`]: 20,
          'PUBLISH elsewhere/2 QoS 2 0': 20,
          'PUBLISH shop/large QoS 1 0': 1,
          'DELIVER shop/large QoS 1 0': 1,
          'PUBLISH shop/large QoS 0 null': 1,
          'DELIVER shop/large QoS 0 null': 1,
          'DISCONNECT null null': 2,
        });
        const ours = seen.filter((exchange) => exchange.side === side);
        const large = ours.filter(({ request }) => (request as { payloadBytes?: number }).payloadBytes === 200_000);
        expect(large.map(({ name }) => name).sort(), side).toEqual(['DELIVER', 'PUBLISH']);
        const traced = ours.filter(({ request }) => request.traceparent !== undefined);
        expect(traced).toHaveLength(version === '5' ? 6 * 20 : 0);
        const failed = ours.filter(({ error }) => error !== null);
        expect(failed.map(({ name, error }) => `${name} ${error}`)).toEqual([
          version === '5' ? 'CONNECT 0x87' : 'CONNECT 0x05',
        ]);
      }
      expect(JSON.stringify(seen.map((e) => [e.request, e.response, e.attributes]))).not.toMatch(/hunter2|swordfish/);
    },
    60_000,
  );
});
