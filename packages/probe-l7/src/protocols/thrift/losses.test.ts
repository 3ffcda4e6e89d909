import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { thrift } from './index.js';
import { exception, frame, SUCCESS, strict, THREW } from './wire.fixture.js';

const [CALL, REPLY, EXCEPTION] = [1, 2, 3];
const talk = (options = {}) => new Conversation({ protocols: [thrift], ...options });
const call = (name: string, id = 0) => frame(strict(CALL, name, id));
const reply = (name: string, id = 0) => frame(strict(REPLY, name, id));
const answered = (said: Conversation) =>
  said
    .close()
    .filter(({ response }) => response !== null)
    .map(({ name, status, error }) => `${name} ${status} ${error}`);

describe('thrift after a loss', () => {
  it('keeps to ids that count', () => {
    const said = talk().client(call('get', 1)).client(call('get', 2)).client(call('get', 3));
    said.server(reply('get', 1)).miss(false, reply('get', 2).length).server(reply('get', 3));
    const ids = said.close().map(({ request, response, error }) => [request.id, response?.id, error]);
    expect(ids).toEqual([
      [1, 1, null],
      [3, 3, null],
      [2, undefined, null],
    ]);
    expect(said.stats.unmatched).toEqual({ gap: 1 });
  });

  it('gives no answer to a call that had none where all ids are the same', () => {
    const said = talk().client(call('get')).miss(false, reply('get').length);
    said.client(call('get')).server(reply('get'));
    expect(answered(said)).toEqual([]);
  });

  it('pairs again once a call was answered and the next one came', () => {
    const said = talk().client(call('get')).miss(false, reply('get').length);
    for (let i = 0; i < 5; i++) said.client(call('get')).server(reply('get'));
    // The first answer shows the loss; the one after it proves the order.
    expect(answered(said)).toHaveLength(3);
  });

  it('believes a client that had calls under way at once only after several clean starts', () => {
    const said = talk().client(call('get')).client(call('get')).server(reply('get')).server(reply('get'));
    said.client(call('get')).miss(false, reply('get').length);
    for (let i = 0; i < 8; i++) said.client(call('get')).server(reply('get'));
    expect(answered(said)).toHaveLength(2 + 3);
  });

  it('pairs nothing where a call was lost among several of one id', () => {
    const said = talk().miss(true, call('get').length).client(call('get')).client(call('get'));
    said.server(reply('get')).server(reply('get')).server(reply('get'));
    expect(answered(said)).toEqual([]);
  });

  it('finds the next message within a chunk', () => {
    const said = talk().client(call('one', 1)).client(call('two', 2)).client(call('three', 3));
    const bytes = Buffer.concat([reply('one', 1), reply('two', 2), reply('three', 3)]);
    said.miss(false, 10).server(bytes.subarray(10));
    expect(answered(said)).toEqual(['two REPLY null', 'three REPLY null']);
  });

  it('reports neither result nor exception where the beginning of the answer is missing', () => {
    const bytes = frame(strict(REPLY, 'get', 1, THREW));
    const said = talk()
      .client(call('get', 1))
      .server(bytes, bytes.length - THREW.length);
    expect(answered(said)).toEqual([]);
    expect(said.stats.unmatched).toEqual({ abandoned: 1 });
  });

  it('tells an exception whose type was not captured', () => {
    const bytes = frame(strict(EXCEPTION, 'get', 1, exception('x'.repeat(100), 6)));
    const said = talk().client(call('get', 1)).server(bytes, 40).client(call('end', 2)).server(reply('end', 2));
    expect(answered(said)).toEqual(['get EXCEPTION EXCEPTION', 'end REPLY null']);
    expect(said.exchanges[0]!.response).toMatchObject({ truncated: true, exceptionType: null });
  });

  it('ends a result without frame at the hole in it', () => {
    const list = Buffer.concat([Buffer.from('0f00000b00000080', 'hex'), Buffer.alloc(300)]);
    const said = talk()
      .client(strict(CALL, 'get', 1))
      .server(strict(REPLY, 'get', 1, list), 60);
    expect(answered(said)).toEqual(['get REPLY null']);
    expect(said.exchanges[0]!.response).toMatchObject({ truncated: true });
  });

  it('follows no more calls than it has memory for', () => {
    const said = talk();
    for (let id = 0; id < 3000; id++) said.client(call('get', id));
    said.server(frame(strict(REPLY, 'get', 2999, SUCCESS))).server(reply('get', 1));
    expect(answered(said)).toEqual(['get REPLY null']);
  });
});
