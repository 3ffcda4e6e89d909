import { describe, expect, it } from 'vitest';
import { Conversation, readSample, summary } from '../conversation.fixture.js';
import { zookeeper } from './index.js';

const play = (name: string, size?: number) => {
  const script = readSample(new URL(`./samples/${name}.jsonl`, import.meta.url));
  const talk = new Conversation({ protocols: [zookeeper] }).play(script, size);
  return { exchanges: talk.close(), stats: talk.stats };
};
const lines = (name: string) =>
  play(name).exchanges.map((e) => `${e.name} ${e.request.resource ?? '-'} ${e.error ?? 'OK'}`);

describe('zookeeper on conversations with a server 3.9', () => {
  it('reads what node-zookeeper-client asked', () => {
    expect(lines('nodes').filter((line) => !line.startsWith('ping'))).toEqual([
      'connect - OK',
      'auth digest OK',
      'create /orders OK',
      'create /orders NODEEXISTS',
      'create /orders/n- OK',
      'exists /orders OK',
      'exists /none NONODE',
      'getData /orders OK',
      'getData /none NONODE',
      'setData /orders OK',
      'setData /orders BADVERSION',
      'getChildren2 /orders OK',
      'getACL /orders OK',
      'setACL /orders OK',
      ...['a', 'b', 'c'].map((node) => `create /orders/${node} OK`),
      'delete /orders NOTEMPTY',
      ...['a', 'b', 'c'].map((node) => `delete /orders/${node} OK`),
      'closeSession - OK',
    ]);
    expect(lines('nodes')).toContain('ping - OK');
    const created = play('nodes').exchanges.find((e) => e.request.resource === '/orders/n-')!;
    expect(created.response).toMatchObject({ path: '/orders/n-0000000000' });
  });

  it('reads what kazoo asked', () => {
    const found = lines('kazoo');
    for (const line of [
      'auth digest OK',
      'create2 /k OK',
      'sync /k OK',
      'reconfig - RECONFIGDISABLED',
      'delete /k NOTEMPTY',
    ]) {
      expect(found).toContain(line);
    }
    expect(found.filter((line) => /^getData \/k\/\d NONODE$/.test(line))).toHaveLength(5);
    expect(JSON.stringify(play('kazoo').exchanges.map((e) => [summary(e), e.attributes]))).not.toMatch(/secret|bob/);
  });

  it('reads transactions, large data and watches', () => {
    expect(play('multi').exchanges.map((e) => [e.name, e.error, e.request])).toMatchObject([
      ['connect', null, {}],
      ['multi', null, { operations: ['create', 'create', 'setData', 'check'], resource: '/t' }],
      ['multi', 'NONODE', { operations: ['check', 'delete', 'create'] }],
      ['multi', null, { operationCount: 2 }],
      ['create', null, { dataBytes: 8500 }],
      ['getData', null, {}],
      ['delete', null, {}],
      ['closeSession', null, {}],
    ]);
    expect(lines('watches').filter((line) => line.startsWith('notification'))).toEqual([
      'notification NodeCreated /w/x OK',
      'notification NodeChildrenChanged /w OK',
      'notification NodeDataChanged /w OK',
      'notification NodeDeleted /w/x OK',
    ]);
  });

  it('reads four-letter words', () => {
    expect(lines('ruok')).toEqual(['ruok - OK']);
    expect(lines('unlisted-word')).toEqual(['wchs - refused']);
  });

  it.each(['nodes', 'kazoo', 'multi', 'watches', 'ruok', 'unlisted-word'])('says the same of %s in pieces', (name) => {
    const whole = play(name);
    expect(whole.stats).toMatchObject({ parseErrors: {}, unmatched: {}, desyncs: 0 });
    for (const size of [1, 3, 17, 100]) {
      expect(play(name, size).exchanges.map(summary), `pieces of ${size}`).toEqual(whole.exchanges.map(summary));
    }
  });
});
