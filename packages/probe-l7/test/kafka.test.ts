import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Exchange } from '@sonde/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METHODS } from './support/capture-methods.js';
import { count, observe } from './support/observe.js';
import { type RealServer, serverModule } from './support/real-server.js';

const { startKafka } = await serverModule<{ startKafka(): Promise<RealServer> }>('kafka');
const run = promisify(execFile);
const client = fileURLToPath(new URL('./programs/kafka-client.mjs', import.meta.url));

/** What a group or a topic that was just made says until it is ready. */
const NOT_YET = new Set([
  ...['COORDINATOR_NOT_AVAILABLE', 'COORDINATOR_LOAD_IN_PROGRESS', 'NOT_COORDINATOR'],
  ...['MEMBER_ID_REQUIRED', 'UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'],
]);
/** What the client asks as often as it thinks right. */
const AT_WILL = new Set(['Metadata', 'Heartbeat', 'FindCoordinator', 'Fetch', 'ApiVersions']);

const summary = ({ name, status, error }: Exchange) => `${name} ${error ?? status}`;
const of = (exchanges: readonly Exchange[], operation: string) =>
  exchanges.filter(({ request }) => request.operation === operation);
const recordsOf = (message: unknown) => (message as { records?: number } | null)?.records ?? 0;
const sum = (counts: readonly number[]) => counts.reduce((all, records) => all + records, 0);

/** @against kafka: Apache Kafka and kafkajs */
describe('Kafka and kafkajs', () => {
  let broker: RealServer;

  beforeAll(async () => {
    broker = await startKafka();
  }, 300_000);
  afterAll(() => broker?.stop());

  it.each(METHODS)(
    'are seen at both ends, by topic, partition and offset: %s capture',
    async (capture) => {
      const topic = `orders-${capture}`;
      const group = `billing-${capture}`;
      const args = [client, `${broker.port}`, topic, group];
      const seen = await observe(capture, broker.port, () => run(process.execPath, args));
      expect(count(seen, 'server', summary)).toEqual(count(seen, 'client', summary));
      const settled = seen.filter(({ request, error }) => {
        const atWill = AT_WILL.has(request.operation as string);
        return !atWill && (error === null || !NOT_YET.has(error));
      });
      for (const side of ['client', 'server']) {
        expect(count(settled, side, summary), side).toEqual({
          [`CreateTopics ${topic} 0`]: 1,
          [`CreateTopics ${topic} TOPIC_ALREADY_EXISTS`]: 1,
          [`Produce ${topic} 0`]: 100,
          [`Produce ${topic} null`]: 1,
          'JoinGroup 0': 1,
          'SyncGroup 0': 1,
          [`ListOffsets ${topic} 0`]: 1,
          [`OffsetFetch ${topic} 0`]: 2,
          [`OffsetCommit ${topic} 0`]: 2,
          'LeaveGroup 0': 1,
          'DescribeGroups 0': 1,
          'DeleteGroups 0': 1,
          [`DeleteTopics ${topic} 0`]: 1,
        });
        const here = seen.filter((exchange) => exchange.side === side);
        const produced = of(here, 'Produce');
        const offsets = produced
          .filter(({ status }) => status !== null)
          .map((e) => e.attributes['messaging.kafka.offset']);
        expect(offsets, side).toEqual(Array.from({ length: 100 }, (_, n) => 2 * n));
        expect(sum(produced.map(({ request }) => recordsOf(request))), side).toBe(201);
        const traced = produced.filter(({ request }) => request.traceparent !== undefined);
        expect(
          traced.map((e) => e.attributes['messaging.kafka.offset']),
          side,
        ).toEqual([0]);
        expect(of(here, 'OffsetCommit').at(-1)!.request, side).toMatchObject({
          group,
          topics: [topic],
          offsets: [201],
        });
        for (const fetch of of(here, 'Fetch'))
          expect(fetch, side).toMatchObject({ name: `Fetch ${topic}`, error: null });
      }
      // The broker sends records from its files without reading them (sendfile): only the consumer's end sees them.
      const fetched = (side: string) =>
        of(seen, 'Fetch').flatMap((fetch) => (fetch.side === side ? [recordsOf(fetch.response)] : []));
      expect(sum(fetched('client'))).toBe(201);
      expect(fetched('server')).toHaveLength(fetched('client').length);
      expect(sum(fetched('server'))).toBe(0);
      const said = JSON.stringify(seen.map((e) => [e.request, e.response, e.attributes]));
      expect(said).not.toMatch(/swordfish/);
    },
    120_000,
  );
});
