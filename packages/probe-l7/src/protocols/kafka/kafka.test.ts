import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { kafka } from './index.js';
import type { KafkaRequest, KafkaResponse } from './messages.js';
import { batch, compact, fetchById, i8, i16, i32, produce, produced, request, response, str } from './wire.fixture.js';

const open = (options = {}) => new Conversation({ protocols: [kafka], ...options });

describe('kafka', () => {
  it('pairs by correlation id in any order and gives the attributes of messaging', () => {
    const talk = open()
      .client(produce(1, 'a', batch(0, 3, 90)))
      .client(produce(2, 'b', batch(0, 1, 9)));
    talk.server(produced(2, 'b', 70, 3)).server(produced(1, 'a', 5_000_000_000));
    const [b, a] = talk.close();
    expect(b).toMatchObject({ name: 'Produce b', status: 3, error: 'UNKNOWN_TOPIC_OR_PARTITION' });
    expect(a).toMatchObject({ name: 'Produce a', status: 0, error: null });
    expect(a!.attributes).toMatchObject({
      'messaging.system': 'kafka',
      'messaging.operation.name': 'Produce',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'a',
      'messaging.destination.partition.id': '0',
      'messaging.kafka.offset': 5_000_000_000,
      'messaging.batch.message_count': 3,
      'messaging.client.id': 'shop',
    });
  });

  it('waits for no answer to a produce without acknowledgement', () => {
    const talk = open()
      .client(produce(1, 'a', batch(0, 1, 9), 0))
      .client(produce(2, 'a', batch(0, 1, 9)));
    const exchanges = talk.server(produced(2, 'a', 1)).close();
    expect(exchanges.map((e) => [e.request.kind, e.response === null])).toEqual([
      ['oneway', true],
      ['request', false],
    ]);
  });

  it('knows a topic by its id once Metadata named it, and says null before', () => {
    const id = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    const named = [
      i32(0),
      i8(1),
      i8(0),
      i32(1),
      i8(2),
      i16(0),
      compact('orders'),
      id,
      i8(0),
      i8(1),
      i32(0),
      i8(0),
      i8(0),
    ];
    const talk = open()
      .client(fetchById(1, id))
      .server(response(1, i8(0), i32(0), i16(0), i32(0), i8(1), i8(0)));
    talk.client(request(3, 12, 2, [i8(0), i8(1), i8(0), i8(0)], true)).server(response(2, i8(0), ...named));
    talk.client(fetchById(3, id)).server(response(3, i8(0), i32(0), i16(100), i32(0), i8(1), i8(0)));
    const [before, , after] = talk.close();
    expect(before!.request).toMatchObject({ resource: null, topics: [null], partitions: [3], offsets: [42] });
    expect(after).toMatchObject({ name: 'Fetch orders', error: 'UNKNOWN_TOPIC_ID', request: { resource: 'orders' } });
  });

  it('names an API that nobody knows by its number, and pairs it all the same', () => {
    const talk = open()
      .client(request(110, 2, 9, [i32(1)]))
      .server(response(9, i32(7)));
    expect(talk.close()[0]).toMatchObject({ name: 'UNKNOWN_110', status: null, error: null });
  });

  it('reads the answer of a broker that knows no such version of ApiVersions', () => {
    const talk = open().client(request(18, 3, 1, [compact('app'), compact('1'), i8(0)], true));
    talk.server(response(1, i16(35), i32(1), i16(18), i16(0), i16(2)));
    expect(talk.close()[0]).toMatchObject({ error: 'UNSUPPORTED_VERSION', status: 35 });
  });

  it('shows the mechanism of a login and nothing of its tokens, with or without headers around them', () => {
    const talk = open()
      .client(request(17, 0, 1, [str('PLAIN')]))
      .server(response(1, i16(0), i32(1), str('PLAIN')));
    talk.client(Buffer.concat([i32(13), Buffer.from('\0alice\0secret')])).server(i32(0));
    talk
      .client(request(36, 1, 2, [i32(6), Buffer.from('secret')]))
      .server(response(2, i16(58), i16(-1), i32(0), i32(0), i32(0)));
    const exchanges = talk.close();
    expect(exchanges.map((e) => [e.name, e.request.resource, e.error])).toEqual([
      ['SaslHandshake', 'PLAIN', null],
      ['SaslAuthenticate', null, 'SASL_AUTHENTICATION_FAILED'],
    ]);
    expect(JSON.stringify(exchanges.map((e) => [e.request, e.response, e.attributes]))).not.toContain('secret');
  });
});

describe('kafka with parts that nobody captured', () => {
  it('steps over records of any size, captured or not', () => {
    const talk = open();
    for (let i = 0; i < 3; i++) {
      talk.client(produce(i * 2, 'a', batch(0, 9, 500_000)), 300).server(produced(i * 2, 'a', i));
      talk.client(produce(i * 2 + 1, 'a', batch(0, 9, 500_000))).server(produced(i * 2 + 1, 'a', i));
    }
    const exchanges = talk.close();
    expect(exchanges.map((e) => [(e.request as KafkaRequest).records, e.request.truncated, e.status])).toEqual(
      Array(6).fill([9, undefined, 0]),
    );
    expect(talk.stats.desyncs).toBe(0);
  });

  it('pairs nothing wrongly with a hole at any place', () => {
    const topics = ['a', 'bb', 'ccc', 'dddd'];
    for (const inRequests of [true, false]) {
      for (let at = 0; at < 230; at++) {
        const talk = open();
        let passed = 0;
        const say = (fromClient: boolean, bytes: Buffer) => {
          const send = (part: Buffer) => part.length > 0 && (fromClient ? talk.client(part) : talk.server(part));
          const hole = fromClient === inRequests ? at - passed : -1;
          if (fromClient === inRequests) passed += bytes.length;
          if (hole < 0 || hole >= bytes.length) return send(bytes);
          send(bytes.subarray(0, hole));
          talk.miss(fromClient, Math.min(5, bytes.length - hole));
          return send(bytes.subarray(hole + 5));
        };
        topics.forEach((topic, i) => {
          say(true, produce(i, topic, batch(0, 1, 9)));
          say(false, produced(i, topic, i));
        });
        const exchanges = talk.close();
        expect(exchanges.length, `hole at ${at}`).toBeLessThanOrEqual(4);
        expect(talk.stats.parserFaults).toBe(0);
        for (const { request: asked, response: answer } of exchanges) {
          if (answer === null || asked.truncated || answer.truncated) continue;
          if (asked.operation !== 'Produce' || asked.resource === null) continue;
          const said = answer as KafkaResponse;
          if (said.topics !== undefined && said.offsets !== undefined) expect(asked.id, `hole at ${at}`).toBe(said.id);
        }
      }
    }
  });

  it('believes no length that lies', () => {
    for (const lie of [0x7fffffff, -5, 0x10000]) {
      const lying = request(0, 7, 1, [i16(-1), i16(1), i32(9), i32(lie), str('t')]);
      const talk = open()
        .client(lying)
        .client(produce(2, 'a', batch(0, 1, 9)))
        .server(produced(2, 'a', 1));
      const exchanges = talk.close();
      expect(exchanges.find((e) => e.request.id === 2)).toMatchObject({ name: 'Produce a', status: 0 });
      expect(exchanges.length).toBeLessThanOrEqual(2);
    }
    const endless = open().client(i32(0x7fffffff)).client(Buffer.alloc(100));
    expect(endless.close()).toEqual([]);
  });
});
