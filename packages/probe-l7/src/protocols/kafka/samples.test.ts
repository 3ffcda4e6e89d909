import { describe, expect, it } from 'vitest';
import { Conversation, readSample, summary } from '../conversation.fixture.js';
import { kafka } from './index.js';

const play = (name: string, size?: number) => {
  const script = readSample(new URL(`./samples/${name}.jsonl`, import.meta.url));
  const talk = new Conversation({ protocols: [kafka], pinned: false }).play(script, size);
  return { exchanges: talk.close(), stats: talk.stats };
};
const NAMES = ['admin', 'producer', 'group', 'fetch', 'transaction'];

describe('kafka on conversations of kafkajs with a broker 3.9', () => {
  it('follows records through the broker by topic, partition and offset', () => {
    const sent = play('producer').exchanges.filter((e) => e.request.operation === 'Produce');
    expect(sent.map((e) => [e.request, e.response])).toMatchObject(
      [
        [{ topics: ['orders'], partitions: [0, 1], records: 2 }, { offsets: [0, 0] }],
        [{ partitions: [1], records: 2 }, { offsets: [1] }],
        [{ partitions: [0, 1] }, { offsets: [1, 3] }],
        [{ partitions: [0, 1] }, { offsets: [2, 4] }],
        [{ kind: 'oneway', acks: 0, partitions: [1] }, {}],
      ].map(([request, response], i) => [request, i === 4 ? null : response]),
    );
    expect(sent[0]!.request.traceparent).toBe('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    const [fetched] = play('fetch').exchanges;
    expect(fetched).toMatchObject({
      request: { resource: 'orders', partitions: [1, 0], offsets: [0, 0] },
      response: { records: 9, baseOffset: 0, errorCode: 0 },
    });
  });

  it('names errors, groups and transactions', () => {
    const lines = [...play('group').exchanges, ...play('transaction').exchanges, ...play('admin').exchanges].map(
      (e) => `${e.name} ${e.error}`,
    );
    for (const line of [
      'JoinGroup MEMBER_ID_REQUIRED',
      'FindCoordinator COORDINATOR_NOT_AVAILABLE',
      'OffsetCommit orders null',
      'LeaveGroup null',
      'InitProducerId COORDINATOR_LOAD_IN_PROGRESS',
      'AddPartitionsToTxn orders null',
      'TxnOffsetCommit orders null',
      'EndTxn null',
      'CreateTopics orders TOPIC_ALREADY_EXISTS',
    ]) {
      expect(lines).toContain(line);
    }
  });

  it.each(NAMES)('says the same of %s in pieces', (name) => {
    const whole = play(name);
    expect(whole.stats).toMatchObject({ parseErrors: {}, unmatched: {}, desyncs: 0 });
    for (const size of [1, 3, 17, 100]) {
      expect(play(name, size).exchanges.map(summary), `pieces of ${size}`).toEqual(whole.exchanges.map(summary));
    }
  });
});
