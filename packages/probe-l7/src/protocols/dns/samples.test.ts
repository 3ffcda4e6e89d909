import { describe, expect, it } from 'vitest';
import { Conversation, readSample } from '../conversation.fixture.js';
import { dns } from './index.js';
import type { DnsResponse } from './messages.js';

const play = (name: 'udp' | 'tcp', size?: number) => {
  const talk = new Conversation({ protocols: [dns], pinned: false, transport: name });
  talk.play(readSample(new URL(`./samples/${name}.jsonl`, import.meta.url)), size);
  const exchanges = talk.close();
  expect(talk.stats).toMatchObject({ parseErrors: {}, unmatched: {} });
  return exchanges.map((e) => {
    const { addresses, names } = e.response as DnsResponse;
    return [e.name, e.request.resource, e.error, addresses?.join() ?? names?.join() ?? ''].join(' ');
  });
};

/** Recorded between Node's resolver and dnsmasq. */
describe('dns on recorded conversations', () => {
  it('reads answers of many types by UDP', () => {
    expect(play('udp')).toEqual([
      'DNS A www.test  192.0.2.1',
      'DNS AAAA six.test  2001:db8::6',
      'DNS CNAME alias.test  six.test',
      'DNS A alias.test  192.0.2.6',
      'DNS MX mail.test  192.0.2.6,2001:db8::6',
      'DNS SRV _sip._udp.test  2001:db8::6,192.0.2.6',
      'DNS A none.test NXDOMAIN ',
      'DNS PTR 1.2.0.192.in-addr.arpa  www.test',
      'DNS TXT big.test  ',
      'DNS A other.example REFUSED ',
    ]);
  });

  it('reads a long answer and two questions at once by TCP, whole and in pieces', () => {
    const whole = ['DNS TXT big.test  ', 'DNS A www.test  192.0.2.1', 'DNS AAAA six.test  2001:db8::6'];
    for (const size of [Number.POSITIVE_INFINITY, 1, 3, 17, 100, 1000])
      expect(play('tcp', size), `pieces of ${size}`).toEqual(whole);
  });
});
