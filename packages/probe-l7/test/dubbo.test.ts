import type { Exchange } from '@sonde/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureMethod } from '../src/capture-method.js';
import type { DubboRequest } from '../src/protocols/dubbo/index.js';
import { count, observe } from './support/observe.js';
import { type RealServer, serverModule } from './support/real-server.js';

interface Options {
  version: string;
  serialization: string;
}
const { callDubbo, startDubbo } = await serverModule<{
  startDubbo(options: Options): Promise<RealServer>;
  callDubbo(port: number, rounds: number, options: Options): Promise<void>;
}>('dubbo');
const METHOD = captureMethod('auto');
const ROUNDS = 20;

/** @against dubbo: Apache Dubbo 2.7 and 3.2 */
describe.each([
  { version: '3.2.16', serialization: 'hessian2', capture: METHOD, exception: 'Dubbo$CartRefusal' },
  { version: '3.2.16', serialization: 'fastjson2', capture: 'syscall' as const, exception: 'Dubbo$CartRefusal' },
  { version: '2.7.23', serialization: 'hessian2', capture: METHOD, exception: 'Dubbo$CartRefusal' },
])('Dubbo $version with $serialization, by $capture capture', ({ capture, exception, ...options }) => {
  let provider: RealServer;

  beforeAll(async () => {
    provider = await startDubbo(options);
  }, 300_000);
  afterAll(() => provider?.stop());

  it('is seen at both ends, each call with its outcome', async () => {
    const seen = await observe(capture, provider.port, () => callDubbo(provider.port, ROUNDS, options));
    const isCall = ({ request }: Exchange) => (request as DubboRequest).event !== true;
    const summary = ({ name, request, status, error }: Exchange) => `${name} ${request.kind} ${status} ${error}`;
    const generic = options.serialization === 'hessian2' ? 'add' : '$invoke';
    const expected: Record<string, number> = {
      'Dubbo$Cart/add request 20 null': 2 * ROUNDS,
      'Dubbo$Cart/describe request 20 null': ROUNDS,
      'Dubbo$Cart/clear request 20 null': ROUNDS,
      'Dubbo$Cart/tell oneway null null': ROUNDS,
      [`Dubbo$Cart/refuse request 20 ${exception}`]: ROUNDS,
      'Dubbo$Cart/clear request 70 SERVICE_ERROR': 1,
      'Dubbo$Cart/slow request 20 null': 1,
    };
    const invoked = `Dubbo$Cart/${generic} request 20 null`;
    expected[invoked] = (expected[invoked] ?? 0) + 1;
    for (const side of ['client', 'server']) expect(count(seen.filter(isCall), side, summary), side).toEqual(expected);
    const beats = seen.filter((exchange) => !isCall(exchange));
    expect(beats.filter(({ name }) => name === 'heartbeat').length).toBeGreaterThan(0);
    const described = seen.find(({ request }) => request.operation === 'describe');
    expect(described?.attributes).toMatchObject({ 'rpc.system': 'apache_dubbo', 'rpc.service': 'Dubbo$Cart' });
  }, 180_000);
});
