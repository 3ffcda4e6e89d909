import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { rocketmq } from './index.js';
import { type CommandFields, i32, inBinary, inJson, PROPERTIES, send, sent, stored } from './wire.fixture.js';

const open = (options = {}) => new Conversation({ protocols: [rocketmq], ...options });
const forms: [string, (command: CommandFields) => Buffer][] = [
  ['json', inJson],
  ['rocketmq', inBinary],
];

describe.each(forms)('rocketmq with headers in the form %s', (form, write) => {
  it('pairs by number in any order and gives the attributes of messaging', () => {
    const talk = open()
      .client(write(send(1, 'orders')))
      .client(write(send(2, 'bills')));
    const [bills, orders] = talk
      .server(write(sent(2, 7, 14)))
      .server(write(sent(1, 5_000_000_000)))
      .close();
    expect(bills).toMatchObject({ name: 'SEND_MESSAGE_V2 bills', status: 14, error: 'SERVICE_NOT_AVAILABLE' });
    expect(orders).toMatchObject({ name: 'SEND_MESSAGE_V2 orders', status: 0, error: null });
    expect(orders!.request).toMatchObject({
      serialization: form,
      language: form === 'json' ? 'JAVA' : 'GO',
      version: 435,
    });
    expect(orders!.response).toMatchObject({ offset: 5_000_000_000, queueId: 3, messageId: '0A001' });
    expect(orders!.attributes).toMatchObject({
      'messaging.system': 'rocketmq',
      'messaging.operation.name': 'SEND_MESSAGE_V2',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'orders',
      'messaging.destination.partition.id': '3',
      'messaging.rocketmq.client_group': 'shop',
      'messaging.message.id': 'AC1100010001',
      'messaging.rocketmq.message.tag': 'paid',
      'messaging.rocketmq.message.keys': ['o-17', 'o-18'],
      'messaging.message.body.size': 7,
    });
    expect(orders!.request.traceparent).toBe('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
  });

  it('counts what is fetched, with id and traceparent of the first message', () => {
    const messages = Buffer.concat([stored('orders', PROPERTIES), stored('orders', '', 90, 16), stored('orders', '')]);
    const fields = { consumerGroup: 'billing', topic: 'orders', queueId: '1', queueOffset: '40', maxMsgNums: '32' };
    for (const code of [11, 361, 200_050]) {
      if (form === 'rocketmq' && code > 32_767) continue; // the binary form has 16 bits for it
      const talk = open().client(write({ code, opaque: 9, fields }));
      talk.server(write({ code: 0, opaque: 9, flag: 1, fields: { nextBeginOffset: '43' }, body: messages }));
      const [exchange] = talk.close();
      expect(exchange!.request).toMatchObject({ resource: 'orders', group: 'billing', offset: 40, maxMessages: 32 });
      expect(exchange!.response).toMatchObject({ messages: 3, messageId: 'AC1100010001', nextOffset: 43 });
      expect(exchange!.attributes).toMatchObject({
        'messaging.operation.type': 'receive',
        'messaging.consumer.group.name': 'billing',
        'messaging.batch.message_count': 3,
      });
    }
  });

  it('waits for no answer to what is one-way, from either side', () => {
    const talk = open().client(write({ ...send(1, 'orders'), flag: 2 }));
    talk.server(write({ code: 40, opaque: 1, flag: 2, fields: { consumerGroup: 'billing' } }));
    expect(talk.close().map((e) => [e.name, e.request.kind, e.request.resource])).toEqual([
      ['SEND_MESSAGE_V2 orders', 'oneway', 'orders'],
      ['NOTIFY_CONSUMER_IDS_CHANGED', 'oneway', 'billing'],
    ]);
  });

  it('tells what the broker asks from what the client asks under the same number', () => {
    const talk = open().client(write(send(5, 'orders')));
    talk.server(write({ code: 307, opaque: 5, fields: { consumerGroup: 'billing', clientId: 'a@1' } }));
    talk.client(write({ code: 0, opaque: 5, flag: 1 })).server(write(sent(5, 1)));
    expect(talk.close().map((e) => [e.name, e.status])).toEqual([
      ['GET_CONSUMER_RUNNING_INFO', 0],
      ['SEND_MESSAGE_V2 orders', 0],
    ]);
  });

  it('pairs nothing wrongly with a hole at any place', () => {
    const topics = ['a', 'bb', 'ccc'];
    const length = write(send(0, 'a')).length * 3;
    for (const inRequests of [true, false]) {
      for (let at = 0; at < length; at += 3) {
        const talk = open();
        let passed = 0;
        const say = (fromClient: boolean, bytes: Buffer) => {
          const part = (piece: Buffer) => piece.length > 0 && (fromClient ? talk.client(piece) : talk.server(piece));
          const hole = fromClient === inRequests ? at - passed : -1;
          if (fromClient === inRequests) passed += bytes.length;
          if (hole < 0 || hole >= bytes.length) return part(bytes);
          part(bytes.subarray(0, hole));
          talk.miss(fromClient, Math.min(5, bytes.length - hole));
          return part(bytes.subarray(hole + 5));
        };
        topics.forEach((topic, i) => {
          say(true, write(send(i, topic)));
          say(false, write(sent(i, i)));
        });
        const exchanges = talk.close();
        expect(exchanges.length, `hole at ${at}`).toBeLessThanOrEqual(3);
        expect(talk.stats.parserFaults).toBe(0);
        for (const { request, response } of exchanges) {
          if (response !== null) expect(response.id).toBe(request.id);
          if (request.resource !== null) expect([topics[Number(request.id)], 'shop']).toContain(request.resource);
        }
      }
    }
  });

  it('steps over bodies of any size, captured or not', () => {
    const talk = open();
    for (let i = 0; i < 3; i++) {
      const bytes = write(send(2 * i, 'orders', Buffer.alloc(500_000)));
      talk.client(bytes, 600).server(write(sent(2 * i, i)));
      talk.client(write(send(2 * i + 1, 'orders', Buffer.alloc(500_000)))).server(write(sent(2 * i + 1, i)));
    }
    const exchanges = talk.close();
    expect(exchanges.map((e) => [e.name, e.status, e.request.truncated])).toEqual(
      Array(6).fill(['SEND_MESSAGE_V2 orders', 0, undefined]),
    );
    expect(talk.stats.desyncs).toBe(0);
  });

  it('is recognised in the middle of a conversation, whoever speaks first', () => {
    const joined = () => open({ pinned: false, role: null, fromStart: false });
    const notice = write({ code: 40, opaque: 3, flag: 2, fields: { consumerGroup: 'billing' } });
    const exchanges = joined()
      .server(notice)
      .client(write(send(1, 'orders')))
      .server(write(sent(1, 1)))
      .close();
    expect(exchanges.map((e) => [e.name, e.client?.port])).toEqual([
      ['NOTIFY_CONSUMER_IDS_CHANGED', 40_000],
      ['SEND_MESSAGE_V2 orders', 40_000],
    ]);
    const answered = joined()
      .server(write(sent(1, 1)))
      .client(write(send(2, 'orders')))
      .server(write(sent(2, 1)));
    expect(answered.close().map((e) => [e.name, e.client?.port])).toEqual([['SEND_MESSAGE_V2 orders', 40_000]]);
  });
});

describe('rocketmq', () => {
  it('never shows keys and signatures of a login, nor what an answer remarks', () => {
    const fields = { AccessKey: 'topsecret', Signature: 'topsecret', SecurityToken: 'topsecret', b: 'orders' };
    const talk = open().client(inJson({ code: 310, opaque: 1, fields }));
    const remark = '{"code":16,"flag":1,"opaque":1,"remark":"check of topsecret failed","language":"JAVA","version":1}';
    talk.server(Buffer.concat([i32(remark.length + 4), i32(remark.length), Buffer.from(remark)]));
    const [exchange] = talk.close();
    expect(exchange).toMatchObject({ status: 16, error: 'NO_PERMISSION' });
    expect(JSON.stringify([exchange!.request, exchange!.response, exchange!.attributes])).not.toContain('topsecret');
  });

  it('reads headers of other writers: blanks, other orders, numbers as fields, escapes, lists', () => {
    const header =
      '{ "language" : "GO", "opaque":-4 ,"flag":0,"code":11,"x":[1,{"y":"}"}],"version":317, "remark":null,' +
      '"extFields":{"topic":"caf\\u00e9","queueId":2,"queueOffset":"-1","properties":"TAGS\\u0001a\\u0002"} }';
    const talk = open().client(Buffer.concat([i32(header.length + 4), i32(header.length), Buffer.from(header)]));
    talk.server(inJson({ code: 20, opaque: -4, flag: 1 }));
    expect(talk.close()[0]).toMatchObject({
      name: 'PULL_MESSAGE café',
      status: 20,
      error: null,
      request: { topic: 'café', queueId: 2, tag: 'a', language: 'GO', id: -4 },
    });
  });

  it('reads of heartbeats and locks what their bodies tell', () => {
    const body = Buffer.from('{"clientId":"a@1","consumerGroup":"billing","mqSet":[{"topic":"orders"}]}');
    const [exchange] = open()
      .client(inJson({ code: 41, opaque: 1, body }))
      .server(inJson({ code: 0, opaque: 1, flag: 1 }))
      .close();
    expect(exchange).toMatchObject({ name: 'LOCK_BATCH_MQ', request: { resource: 'billing', clientId: 'a@1' } });
  });

  it('names codes that nobody knows by their number', () => {
    const talk = open()
      .client(inJson({ code: 9999, opaque: 1 }))
      .server(inJson({ code: 7777, opaque: 1, flag: 1 }));
    expect(talk.close()[0]).toMatchObject({ name: 'UNKNOWN_9999', status: 7777, error: 'UNKNOWN_7777' });
  });

  it('counts no messages of an answer that it did not see whole', () => {
    const messages = Buffer.concat([stored('orders', PROPERTIES), stored('orders', '', 100_000), stored('orders', '')]);
    const talk = open().client(inJson({ code: 11, opaque: 1, fields: { topic: 'orders' } }));
    talk.server(inJson({ code: 0, opaque: 1, flag: 1, body: messages }));
    const [exchange] = talk.close();
    expect(exchange!.response).not.toHaveProperty('messages');
    expect(exchange!.response).toMatchObject({ messageId: 'AC1100010001', bodyBytes: messages.length });
  });

  it('believes no length that lies', () => {
    const good = [inJson(send(2, 'orders')), inBinary(send(3, 'orders'))];
    for (const [at, lie] of [
      [0, 0x7fffffff],
      [0, -5],
      [0, 3],
      [4, 0x00ffffff],
      [4, 0x05000020],
      [25, 0x7fffffff],
      [21, -1],
    ] as const) {
      const lying = inBinary(send(1, 'orders'));
      lying.writeInt32BE(lie, at);
      const talk = open().client(lying);
      for (const frame of good) talk.client(frame);
      const exchanges = talk
        .server(inJson(sent(2, 1)))
        .server(inJson(sent(3, 1)))
        .close();
      expect(
        exchanges.map((e) => [e.request.id, e.status]),
        `${lie} at ${at}`,
      ).toEqual([
        [2, 0],
        [3, 0],
      ]);
    }
  });

  it('makes nothing of JSON that is no command', () => {
    const foreign = [
      '{"code":1,"name":"a","description":"b"}',
      '{"jsonrpc":"2.0","id":1,"method":"code"}',
      '{"code":"x"}',
    ];
    for (const text of foreign) {
      const bytes = Buffer.concat([i32(text.length + 4), i32(text.length), Buffer.from(text)]);
      const talk = open({ pinned: false, role: null }).client(bytes);
      expect(talk.close()).toEqual([]);
    }
  });
});
