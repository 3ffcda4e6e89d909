import { describe, expect, it } from 'vitest';
import { Conversation, readSample, summary } from '../conversation.fixture.js';
import { dubbo } from './index.js';

const play = (name: string, size?: number) => {
  const script = readSample(new URL(`./samples/${name}.jsonl`, import.meta.url));
  const talk = new Conversation({ protocols: [dubbo], pinned: false }).play(script, size);
  return { exchanges: talk.close(), stats: talk.stats };
};
const NAMES = ['hessian2', 'fastjson2', 'dubbo27', 'fastjson', 'java', 'kryo'];
/** The program makes the same calls each time; `slow` is answered after the heartbeats. */
const CALLS = ['add', 'describe', 'clear', 'tell', 'refuse', '$invoke', 'clear', 'heartbeat', 'heartbeat', 'slow'];

describe('dubbo on conversations of providers and consumers 3.2 (hessian2, fastjson2) and 2.7 (the others)', () => {
  it.each(NAMES)('reads the calls of %s with service, version and types', (name) => {
    const exchanges = play(name).exchanges.filter((e) => e.requestTiming.bytes < 9000);
    expect(exchanges.map((e) => e.request.operation)).toEqual(CALLS);
    expect(exchanges[0]).toMatchObject({
      name: 'Dubbo$Cart/add',
      status: 20,
      error: null,
      request: {
        resource: 'Dubbo$Cart',
        dubboVersion: '2.0.2',
        serviceVersion: '1.2.0',
        parameterTypes: 'Ljava/lang/String;I',
        serialization: name === 'dubbo27' ? 'hessian2' : name,
      },
      response: { statusName: 'OK', result: 'value' },
    });
    expect(exchanges[2]!.response).toMatchObject({ result: 'null' });
    expect(exchanges[3]).toMatchObject({ request: { kind: 'oneway' }, response: null, status: null });
    expect(exchanges[6]).toMatchObject({ status: 70, error: 'SERVICE_ERROR' });
    expect(exchanges[7]).toMatchObject({ name: 'heartbeat', status: 20, request: { event: true, resource: null } });
  });

  it.each([
    ['hessian2', 'Dubbo$CartRefusal'],
    ['fastjson2', 'Dubbo$CartRefusal'],
    ['dubbo27', 'Dubbo$CartRefusal'],
    ['fastjson', 'exception'],
    ['java', 'exception'],
    ['kryo', 'exception'],
  ])('names the exception of %s', (name, exception) => {
    const refused = play(name).exchanges.find((e) => e.request.operation === 'refuse');
    expect(refused).toMatchObject({ status: 20, error: exception, response: { result: 'exception' } });
  });

  it('finds group and traceparent behind arguments of any type, and the method of a generic call', () => {
    const { exchanges } = play('hessian2');
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect(exchanges[1]!.request).toMatchObject({ operation: 'describe', group: 'blue', traceparent });
    expect(exchanges[6]).toMatchObject({ name: 'Dubbo$Cart/add', request: { invokedMethod: 'add', group: 'blue' } });
    expect(exchanges[7]!.request).toMatchObject({ group: 'green' });
    expect(exchanges[3]!.request).not.toHaveProperty('group'); // behind 9000 bytes of an argument
  });

  it('keeps ids that no number can hold as digits', () => {
    expect(play('hessian2').exchanges[0]!.request.id).toBe('-337703178019173548');
    expect(play('dubbo27').exchanges[2]!.request.id).toBe(2);
  });

  it.each(NAMES)('says the same of %s in pieces', (name) => {
    const whole = play(name);
    expect(whole.stats).toMatchObject({ parseErrors: {}, unmatched: {}, desyncs: 0 });
    for (const size of [1, 3, 17, 100]) {
      expect(play(name, size).exchanges.map(summary), `pieces of ${size}`).toEqual(whole.exchanges.map(summary));
    }
  });
});
