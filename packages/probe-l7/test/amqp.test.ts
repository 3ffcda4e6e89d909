import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Exchange } from '@sonde/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METHODS } from './support/capture-methods.js';
import { count, observe } from './support/observe.js';
import { type RealServer, serverModule } from './support/real-server.js';

const { startRabbitmq } = await serverModule<{ startRabbitmq(): Promise<RealServer> }>('rabbitmq');
const run = promisify(execFile);
const client = fileURLToPath(new URL('./programs/amqp-client.mjs', import.meta.url));

const summary = ({ name, status }: Exchange) => `${name} ${status}`;
/** The other end may hang up before it answers the refusal. */
const farewell = ({ name, status }: Exchange) => name === 'Connection.Close' && status === 403;

/** @against amqp: RabbitMQ and amqplib */
describe.each(METHODS)('RabbitMQ and amqplib, by %s capture', (capture) => {
  let server: RealServer;

  beforeAll(async () => {
    server = await startRabbitmq();
  }, 120_000);
  afterAll(() => server?.stop());

  it('are seen at both ends, message by message, with confirms, settlements and failures', async () => {
    const seen = await observe(capture, server.port, () => run(process.execPath, [client, `${server.port}`]));
    const ours = seen.filter(({ protocol }) => protocol === 'amqp');
    for (const side of ['client', 'server']) {
      const settled = ours.filter((exchange) => !farewell(exchange));
      expect(count(settled, side, summary), side).toEqual({
        'Connection.Start Connection.Start-Ok': 2,
        'Connection.Tune Connection.Tune-Ok': 1,
        'Connection.Open Connection.Open-Ok': 1,
        'Channel.Open Channel.Open-Ok': 3,
        'Confirm.Select Confirm.Select-Ok': 1,
        'Exchange.Declare Exchange.Declare-Ok': 1,
        'Queue.Declare Queue.Declare-Ok': 1,
        'Queue.Bind Queue.Bind-Ok': 1,
        'Basic.Qos Basic.Qos-Ok': 1,
        'Basic.Consume billing Basic.Consume-Ok': 1,
        'Basic.Publish orders null': 50,
        'Basic.Deliver billing null': 50,
        'Basic.Ack null': 45,
        'Basic.Nack null': 5,
        'Basic.Cancel Basic.Cancel-Ok': 1,
        'Basic.Publish billing Basic.Ack': 101,
        'Basic.Publish nowhere Basic.Ack': 1,
        'Basic.Return 312': 1,
        'Basic.Get billing Basic.Get-Ok': 101,
        'Basic.Get billing Basic.Get-Empty': 1,
        'Queue.Declare 404': 1,
        'Channel.Close 404': 1,
        'Queue.Delete Queue.Delete-Ok': 1,
        'Exchange.Delete Exchange.Delete-Ok': 1,
        'Connection.Close 200': 1,
      });
      expect(ours.filter((exchange) => farewell(exchange) && exchange.side === side)).toMatchObject([
        { error: 'ACCESS_REFUSED' },
      ]);
      const large = ours.filter(({ request, response, side: seenBy }) => {
        const { bodyBytes } = { ...request, ...response } as { bodyBytes?: number };
        return seenBy === side && bodyBytes === 100_000;
      });
      expect(large.map(({ name }) => name)).toEqual(['Basic.Publish billing', 'Basic.Get billing']);
    }
    expect(JSON.stringify(ours.map((e) => [e.request, e.response, e.attributes]))).not.toMatch(/hunter2|swordfish/);
  });
});
