import { expect, describe as group, it } from 'vitest';
import { Conversation, summary, toBytes } from '../conversation.fixture.js';
import { type MqttResponse, mqtt } from './index.js';

const packet = (first: number, body: string | readonly number[]) => {
  const bytes = typeof body === 'string' ? toBytes(body) : Uint8Array.from(body);
  const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
  return Buffer.concat([Uint8Array.of(first, ...length), bytes]);
};
const CONNECT = packet(0x10, '\0\x04MQTT\x04\xc2\0\x3c\0\x02id\0\x03bob\0\x06secret');
const CONNACK = packet(0x20, [0, 0]);
const publish = (id: number, qos: number) => packet(0x30 | (qos << 1), `\0\x01t\0${String.fromCharCode(id)}payload`);
const ack = (first: number, id: number) => packet(first, [0, id]);
const open = () => new Conversation({ protocols: [mqtt] }).client(CONNECT).server(CONNACK);

group('mqtt', () => {
  it('keeps publications of both sides with the same packet id apart', () => {
    const talk = open().client(publish(1, 1)).server(publish(1, 2)).server(ack(0x40, 1));
    talk.client(ack(0x50, 1)).server(ack(0x62, 1)).client(ack(0x70, 1));
    const exchanges = talk.close();
    expect(exchanges.map((e) => [e.name, (e.response as MqttResponse).type])).toEqual([
      ['CONNECT', 'CONNACK'],
      ['PUBLISH', 'PUBACK'],
      ['DELIVER', 'PUBCOMP'],
    ]);
    expect(JSON.stringify(exchanges.map(summary))).not.toMatch(/secret|bob|payload"/);
  });

  it('reports what was refused by its code', () => {
    const refused = new Conversation({ protocols: [mqtt] })
      .client(CONNECT)
      .server(packet(0x20, [0, 5]))
      .close();
    expect(refused[0]).toMatchObject({ status: 5, error: '0x05' });
    const subscribed = open()
      .client(packet(0x82, '\0\x07\0\x01a\x01'))
      .server(packet(0x90, [0, 7, 0x80]))
      .close();
    expect(subscribed[1]).toMatchObject({ name: 'SUBSCRIBE', error: '0x80', request: { topicCount: 1 } });
    expect(subscribed[1]!.attributes).toMatchObject({ 'messaging.system': 'mqtt', 'error.type': '0x80' });
  });

  it('steps over payloads of which only the beginning was captured', () => {
    const large = packet(0x32, `\0\x01t\0\x09${'x'.repeat(10_000)}`);
    const talk = open().client(large, 60).server(ack(0x40, 9)).client(publish(10, 1)).server(ack(0x40, 10));
    expect(talk.close().map((e) => [e.name, e.status])).toEqual([
      ['CONNECT', 0],
      ['PUBLISH', 0],
      ['PUBLISH', 0],
    ]);
    expect(talk.stats.parseErrors).toEqual({});
  });

  it('finds its way back after bytes were lost', () => {
    const talk = open().miss(true, 100).client(publish(3, 1)).server(ack(0x40, 3));
    expect(talk.close().map((e) => e.name)).toContain('PUBLISH');
  });

  it.each([
    ['a type of 0', [0x00, 2, 0, 0]],
    ['a QoS of 3', [0x36, 2, 0, 0]],
    ['a length of five bytes', [0x30, 0xff, 0xff, 0xff, 0xff, 1]],
    ['a topic longer than its packet', [0x30, 4, 0, 9, 0x61, 0x62]],
    ['a ping with a body', [0xc0, 1, 0]],
  ])('refuses %s', (_, bytes) => {
    const talk = open().client(Uint8Array.from(bytes));
    expect(talk.close().map((e) => e.name)).toEqual(['CONNECT']);
    expect(Object.keys(talk.stats.parseErrors)).not.toEqual([]);
  });

  it('takes no other protocol for a CONNECT', () => {
    const talk = new Conversation({ protocols: [mqtt], pinned: false });
    talk.client(packet(0x10, '\0\x04MQTX\x04\x02\0\x3c\0\x02id')).client(packet(0x10, '\0\x04MQTT\x09\x02\0\x3c\0\0'));
    expect(talk.close()).toEqual([]);
    expect(talk.stats.parseErrors).toEqual({});
  });
});
