import { describe, expect, it } from 'vitest';
import { isConfirmation, isMessage, readPush } from './push.js';

const look = (text: string) => {
  const bytes = Buffer.from(`${text}$9\r\ntrap\r\n`, 'latin1');
  return readPush(bytes, 0, text.length);
};
const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`;

describe('what a push begins with', () => {
  it.each([
    [`*3\r\n${bulk('message')}${bulk('news')}$100\r\n`, 'MESSAGE', 'news', -1],
    [`>3\r\n${bulk('smessage')}${bulk('s')}`, 'SMESSAGE', 's', -1],
    [`*4\r\n${bulk('pmessage')}${bulk('n*')}${bulk('news')}`, 'PMESSAGE', 'news', -1],
    [`*3\r\n${bulk('subscribe')}${bulk('a')}:2\r\n`, 'SUBSCRIBE', 'a', 2],
    [`*3\r\n${bulk('unsubscribe')}$-1\r\n:0\r\n`, 'UNSUBSCRIBE', null, 0],
    [`>3\r\n${bulk('unsubscribe')}_\r\n:0\r\n`, 'UNSUBSCRIBE', null, 0],
    [`>2\r\n${bulk('invalidate')}`, 'INVALIDATE', null, -1],
  ])('is read from %j', (text, word, channel, subscriptions) => {
    expect(look(text)).toEqual({ word, channel, subscriptions });
    for (let length = 1; length < text.length - 6; length++)
      expect(look(text.slice(0, length)), `${length}`).toBe('more');
  });

  it.each([
    '*-1\r\n',
    '*0\r\n',
    '*2\r\n:1\r\n',
    `*2\r\n${bulk('x'.repeat(40))}`,
    `*2\r\n${bulk('message')}`,
    `*5\r\n${bulk('subscribe')}`,
  ])('is not found in %j', (text) => expect(look(text)).toBeNull());

  it('tells messages from confirmations', () => {
    expect([
      isMessage('MESSAGE'),
      isMessage('SUBSCRIBE'),
      isConfirmation('SUNSUBSCRIBE'),
      isConfirmation('PONG'),
    ]).toEqual([true, false, true, false]);
  });
});
