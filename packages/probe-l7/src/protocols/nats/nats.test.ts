import { describe, expect, it } from 'vitest';
import { Conversation, summary } from '../conversation.fixture.js';
import { nats } from './index.js';

const INFO = 'INFO {"server_id":"x"} \r\n';
const CONNECT = 'CONNECT {"verbose":false,"user":"bob","pass":"secret"}\r\n';
const open = () => new Conversation({ protocols: [nats], pinned: false }).server(INFO).client(CONNECT);
const rest = (talk: Conversation) => talk.close().slice(1).map(summary);

describe('nats', () => {
  it('reads a request wherever it is split', () => {
    const asked = 'PUB add _INBOX.1 3\r\n1+2\r\nSUB x queue 7\r\n';
    const answered = 'MSG _INBOX.1 1 1\r\n3\r\nMSG x 7 reply 4\r\nPING\r\n';
    const whole = rest(open().client(asked).server(answered));
    expect(whole.map((e) => `${e.name} ${e.status}`)).toEqual(['SUB null', 'PUB MSG', 'DELIVER null']);
    for (let at = 1; at < answered.length; at++) {
      const cut = Math.min(at, asked.length - 1);
      const talk = open().client(asked.slice(0, cut)).client(asked.slice(cut));
      talk.server(answered.slice(0, at)).server(answered.slice(at));
      expect(new Set(rest(talk).map((e) => JSON.stringify(e))), `split at ${at}`).toEqual(
        new Set(whole.map((e) => JSON.stringify(e))),
      );
    }
  });

  it('keeps nothing of a login, and nothing of a message', () => {
    const talk = open().client('PUB a 7\r\npayload\r\n');
    expect(JSON.stringify(talk.close().map((e) => [summary(e), e.attributes]))).not.toMatch(/secret|bob|"payload"/);
  });

  it('steps over messages of which only the beginning was captured', () => {
    const talk = open()
      .client(`PUB a 50000\r\n${'x'.repeat(50_000)}\r\n`, 40)
      .client('PUB b 0\r\n\r\n');
    expect(rest(talk).map((e) => e.request.resource)).toEqual(['a', 'b']);
    expect(talk.stats.parseErrors).toEqual({});
  });

  it('finds its way back after bytes were lost', () => {
    const talk = open().client('PUB a 1\r\n1\r\n').miss(true, 30).client('PUB b 1\r\n1\r\n');
    expect(rest(talk).map((e) => e.request.resource)).toEqual(['a', 'b']);
  });

  it('gives no PING the PONG of another one after a loss, and pairs those that come later', () => {
    const talk = open().client('PING\r\n').miss(false, 6).client('PING\r\n').server('PONG\r\n');
    talk.client('PING\r\nPING\r\n').server('PONG\r\nPONG\r\n');
    const pings = rest(talk).map(({ name, status }) => `${name} ${status}`);
    expect(pings.sort()).toEqual(['PING PONG', 'PING PONG', 'PING null', 'PING null']);
  });

  it.each([
    'PUB a 99999999999\r\n',
    'PUB a x\r\n',
    'HPUB a 9 3\r\n',
    'PUB a 1\r\n12\r\n',
    'MSG a 1 0\r\n\r\n',
    'HELLO\r\n',
  ])('refuses %j of a client', (text) => {
    const talk = open().client(text);
    expect(rest(talk)).toEqual([]);
    expect(Object.keys(talk.stats.parseErrors)).not.toEqual([]);
  });

  it.each(['SUB scribe now please sir\r\n', 'PUB lic house\r\n', 'CONNECT host:443 HTTP/1.1\r\n', 'PING\r\n'])(
    'makes nothing of %j',
    (text) => {
      const talk = new Conversation({ protocols: [nats], pinned: false }).client(text).client(text);
      expect(talk.close()).toEqual([]);
      expect(talk.stats.parseErrors).toEqual({});
    },
  );

  it('gives attributes by their OpenTelemetry names', () => {
    const [, sent, failed] = open().client('PUB a 2\r\nhi\r\n').server("-ERR 'Slow Consumer'\r\n").close();
    expect(sent!.attributes).toMatchObject({
      'messaging.system': 'nats',
      'messaging.operation.name': 'pub',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'a',
      'messaging.message.body.size': 2,
    });
    expect(failed).toMatchObject({ name: '-ERR', error: '-ERR', request: { error: "'Slow Consumer'" } });
  });
});
