import { describe, expect, it } from 'vitest';
import { Conversation, type Script, summary } from '../conversation.fixture.js';
import { dns } from './index.js';
import type { DnsRequest, DnsResponse } from './messages.js';
import { answerA, framed, nameBytes, wire } from './wire.fixture.js';

const udp = (options = {}) => new Conversation({ protocols: [dns], transport: 'udp', ...options });
const tcp = (options = {}) => new Conversation({ protocols: [dns], ...options });
const ask = (id: number, name: string, type = 1) => ({ id, questions: [{ name, type }] });

describe('dns by UDP', () => {
  it('gives what a question and its answer say', () => {
    const edns = { name: '.', type: 41, class: 1232, ttl: 0x8000, data: [] };
    const [exchange] = udp()
      .client(wire({ ...ask(0x1234, 'www.Example.org'), additionals: [edns] }))
      .server(
        wire({
          ...answerA(0x1234, 'www.Example.org', [192, 0, 2, 1], 0x8580),
          answers: [
            { name: '@12', type: 5, data: nameBytes('host.example.net') },
            { name: 'host.example.net', type: 1, data: [192, 0, 2, 1] },
          ],
          additionals: [
            { name: 'x.y', type: 28, data: [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] },
            edns,
          ],
        }),
      )
      .close();
    expect(exchange).toMatchObject({ name: 'DNS A', status: 0, error: null, transport: 'udp' });
    expect(exchange!.request).toEqual({
      kind: 'request',
      id: 0x1234,
      operation: 'A',
      resource: 'www.Example.org',
      qtype: 1,
      qclass: 1,
      opcode: 0,
      ednsSize: 1232,
    });
    expect(exchange!.response).toEqual({
      kind: 'response',
      id: 0x1234,
      operation: 'A',
      resource: 'www.Example.org',
      opcode: 0,
      rcode: 'NOERROR',
      code: 0,
      answers: 2,
      authorities: 0,
      additionals: 2,
      addresses: ['192.0.2.1', '2001:db8::1'],
      names: ['host.example.net'],
      authoritative: true,
      ednsSize: 1232,
    });
    expect(exchange!.attributes).toMatchObject({
      'dns.question.name': 'www.Example.org',
      'dns.question.type': 'A',
      'dns.response_code': 'NOERROR',
      'dns.answers': ['192.0.2.1', '2001:db8::1'],
      'network.protocol.name': 'dns',
      'network.transport': 'udp',
    });
  });

  it.each([
    [1, 'FORMERR'],
    [2, 'SERVFAIL'],
    [3, 'NXDOMAIN'],
    [5, 'REFUSED'],
    [12, 'RCODE12'],
  ])('calls response code %d an error, %s', (code, name) => {
    const talk = udp()
      .client(wire(ask(1, 'a.b')))
      .server(wire({ ...ask(1, 'a.b'), flags: 0x8180 | code }));
    expect(talk.close()[0]).toMatchObject({ status: code, error: name, response: { rcode: name, answers: 0 } });
  });

  it('reads the upper bits of a response code from EDNS, and the bit that says the answer was cut', () => {
    const edns = { name: '.', type: 41, class: 4096, ttl: 0x01000000, data: [] };
    const talk = udp()
      .client(wire(ask(1, 'a.b')))
      .server(wire({ ...ask(1, 'a.b'), flags: 0x8380, additionals: [edns] }));
    expect(talk.close()[0]).toMatchObject({ status: 16, error: 'BADVERS', response: { cut: true } });
  });

  it('matches answers by id, in any order', () => {
    const talk = udp()
      .client(wire(ask(1, 'one')))
      .client(wire(ask(2, 'two', 28)))
      .client(wire(ask(3, 'three')));
    talk.server(wire({ ...ask(2, 'two', 28), flags: 0x8180 })).server(wire(answerA(3, 'THREE', [3, 3, 3, 3])));
    talk.server(wire(answerA(1, 'one', [1, 1, 1, 1])));
    expect(talk.close().map((e) => [e.request.resource, (e.response as DnsResponse).addresses])).toEqual([
      ['two', undefined],
      ['three', ['3.3.3.3']],
      ['one', ['1.1.1.1']],
    ]);
  });

  it('refuses an answer to another question with the same id', () => {
    const talk = udp()
      .client(wire(ask(7, 'bank.test')))
      .server(wire(answerA(7, 'evil.test', [6, 6, 6, 6])));
    talk.server(wire(answerA(7, 'bank.test', [1, 2, 3, 4])));
    const exchanges = talk.close();
    expect(exchanges.map((e) => (e.response as DnsResponse).addresses)).toEqual([['1.2.3.4']]);
  });

  it('counts a question that is sent again, and measures from the first time', () => {
    const talk = udp()
      .client(wire(ask(7, 'slow.test')))
      .client(wire(ask(7, 'slow.test')));
    talk.server(wire(answerA(7, 'slow.test', [1, 2, 3, 4])));
    const [exchange, ...rest] = talk.close();
    expect(rest).toEqual([]);
    expect(exchange).toMatchObject({ durationNs: 2000, request: { retransmissions: 1 } });
  });

  it('takes an answer without question for what its id says', () => {
    const talk = udp()
      .client(wire(ask(7, 'a.b')))
      .server(wire({ id: 7, flags: 0x8181 }));
    expect(talk.close()[0]).toMatchObject({ status: 1, error: 'FORMERR' });
  });

  it('reports multicast messages one-way', () => {
    const local = { address: '224.0.0.251', port: 5353 };
    const talk = new Conversation({
      protocols: [dns],
      pinned: false,
      transport: 'udp',
      role: null,
      local,
      remote: local,
    });
    talk.client(wire({ id: 0, flags: 0, questions: [{ name: '_http._tcp.local', type: 12, class: 0x8001 }] }));
    talk.server(
      wire({ id: 0, flags: 0x8400, answers: [{ name: 'printer.local', type: 1, class: 0x8001, data: [10, 0, 0, 9] }] }),
    );
    const exchanges = talk.close();
    expect(exchanges.map((e) => [e.name, e.request.resource, e.response])).toEqual([
      ['DNS PTR', '_http._tcp.local', null],
      ['DNS A', 'printer.local', null],
    ]);
  });

  it.each([
    [4, 6, 'DNS NOTIFY SOA'],
    [5, 6, 'DNS UPDATE SOA'],
    [0, 65_400, 'DNS TYPE65400'],
    [0, 65, 'DNS HTTPS'],
  ])('names operation %d of type %d %s', (opcode, type, name) => {
    const flags = opcode << 11;
    const talk = udp()
      .client(wire({ ...ask(1, 'zone', type), flags }))
      .server(wire({ ...ask(1, 'zone', type), flags: flags | 0x8000 }));
    expect(talk.close()[0]).toMatchObject({ name, status: 0 });
  });

  it('lists names that answers point to', () => {
    const answers = [
      { name: '@12', type: 15, data: [0, 10, ...nameBytes('mail.a')] },
      { name: '@12', type: 33, data: [0, 0, 0, 0, 0, 80, ...nameBytes('srv.a')] },
      { name: '@12', type: 2, data: nameBytes('@12') },
      { name: '@12', type: 16, data: [3, 97, 98, 99] },
    ];
    const talk = udp()
      .client(wire(ask(1, 'a', 255)))
      .server(wire({ ...ask(1, 'a', 255), flags: 0x8180, answers }));
    expect(talk.close()[0]!.response).toMatchObject({ names: ['mail.a', 'srv.a', 'a'], answers: 4 });
  });

  it('tells what it can of a datagram that was not captured whole', () => {
    const answer = wire({
      ...answerA(7, 'a.b', [1, 2, 3, 4]),
      additionals: [{ name: 'x', type: 16, data: Array(200).fill(65) }],
    });
    const talk = udp()
      .client(wire(ask(7, 'a.b')))
      .server(answer, 60);
    expect(talk.close()[0]!.response).toMatchObject({ truncated: true, addresses: ['1.2.3.4'], rcode: 'NOERROR' });
  });
});

describe('dns by TCP', () => {
  const talk: Script = [
    [true, framed(ask(1, 'one.test'))],
    [false, framed(answerA(1, 'one.test', [1, 1, 1, 1]))],
    [true, Buffer.concat([framed(ask(2, 'two.test')), framed(ask(3, 'three.test', 28))])],
    [
      false,
      Buffer.concat([
        framed({ ...ask(3, 'three.test', 28), flags: 0x8183 }),
        framed(answerA(2, 'two.test', [2, 2, 2, 2])),
      ]),
    ],
  ];

  it('says the same however the bytes are cut', () => {
    const whole = tcp().play(talk).close();
    expect(whole.map((e) => [e.request.resource, e.status])).toEqual([
      ['one.test', 0],
      ['three.test', 3],
      ['two.test', 0],
    ]);
    for (const size of [1, 2, 3, 7, 20]) {
      expect(tcp().play(talk, size).close().map(summary), `pieces of ${size}`).toEqual(whole.map(summary));
    }
  });

  it('answers a zone transfer with the last of its messages', () => {
    const soa = { name: '@12', type: 6, data: [...nameBytes('ns'), ...nameBytes('root'), ...Array(20).fill(1)] };
    const host = { name: '@12', type: 1, data: [1, 2, 3, 4] };
    const part = (answers: object[]) => framed({ ...ask(9, 'zone', 252), flags: 0x8400, answers: answers as never });
    const conversation = tcp().client(framed(ask(9, 'zone', 252)));
    conversation
      .server(part([soa]))
      .server(part([host, host]))
      .server(part([host, soa]))
      .client(framed(ask(10, 'a')));
    conversation.server(framed(answerA(10, 'a', [1, 1, 1, 1])));
    const exchanges = conversation.close();
    expect(exchanges.map((e) => [e.name, e.durationNs])).toEqual([
      ['DNS AXFR', 3000],
      ['DNS A', 1000],
    ]);
    expect(conversation.stats.unmatched).toEqual({});
  });

  it('reports a message that was not captured whole, and stays in step', () => {
    const long = {
      ...answerA(1, 'a', [1, 2, 3, 4]),
      additionals: [{ name: 'x', type: 16, data: Array(3000).fill(65) }],
    };
    const conversation = tcp()
      .client(framed(ask(1, 'a')))
      .server(framed(long), 100);
    conversation.client(framed(ask(2, 'b'))).server(framed(answerA(2, 'b', [5, 6, 7, 8])));
    expect(conversation.close().map((e) => [(e.response as DnsResponse).addresses, e.response!.truncated])).toEqual([
      [['1.2.3.4'], true],
      [['5.6.7.8'], undefined],
    ]);
    expect(conversation.stats.desyncs).toBe(0);
  });

  it('pairs nothing wrongly with a hole at any place', () => {
    const names = ['a.test', 'bb.test', 'ccc.test', 'dddd.test'];
    const requests = names.map((name, i) => framed(ask(i + 1, name)));
    const answers = names.map((name, i) => framed(answerA(i + 1, name, [i, i, i, i])));
    for (const holeInRequests of [true, false]) {
      const all = Buffer.concat(holeInRequests ? requests : answers);
      for (let at = 0; at < all.length; at += 1) {
        const conversation = tcp();
        let passed = 0;
        const say = (fromClient: boolean, bytes: Uint8Array) => {
          const send = (part: Uint8Array) =>
            part.length > 0 && (fromClient ? conversation.client(part) : conversation.server(part));
          const hole = fromClient === holeInRequests ? at - passed : -1;
          if (fromClient === holeInRequests) passed += bytes.length;
          if (hole < 0 || hole >= bytes.length) {
            send(bytes);
            return;
          }
          send(bytes.subarray(0, hole));
          conversation.miss(fromClient, Math.min(5, bytes.length - hole));
          send(bytes.subarray(hole + 5));
        };
        names.forEach((_, i) => {
          say(true, requests[i]!);
          say(false, answers[i]!);
        });
        for (const exchange of conversation.close()) {
          const request = exchange.request as DnsRequest;
          const response = exchange.response as DnsResponse | null;
          if (response === null || request.truncated || response.truncated) continue;
          expect([request.id, names[request.id - 1]], `hole at ${at}`).toEqual([response.id, response.resource]);
        }
      }
    }
  });
});
