import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { thrift } from './index.js';
import { compact, EMPTY, exception, frame, header, old, SUCCESS, strict, THREW } from './wire.fixture.js';

const [CALL, REPLY, EXCEPTION, ONEWAY] = [1, 2, 3, 4];
const talk = (options = {}) => new Conversation({ protocols: [thrift], ...options });
const outcomes = (conversation: Conversation) =>
  conversation.close().map(({ name, status, error }) => `${name} ${status} ${error}`);

describe('thrift', () => {
  it.each([
    ['framed strict', (...args: Parameters<typeof strict>) => frame(strict(...args))],
    ['bare strict', strict],
    ['framed old', (...args: Parameters<typeof strict>) => frame(old(...args))],
    ['bare old', old],
    ['framed compact', (...args: Parameters<typeof strict>) => frame(compact(...args))],
    ['bare compact', compact],
    ['strict in a header', (...args: Parameters<typeof strict>) => header(strict(...args), 0)],
    ['compact in a header', (...args: Parameters<typeof strict>) => header(compact(...args), 2)],
  ])('reads calls, one-way calls and results that are %s', (_, write) => {
    const said = talk()
      .client(write(CALL, 'ping', 1))
      .server(write(REPLY, 'ping', 1))
      .client(write(ONEWAY, 'note', 2))
      .client(write(CALL, 'pong', 3))
      .server(write(REPLY, 'pong', 3));
    expect(outcomes(said).sort()).toEqual(['note null null', 'ping REPLY null', 'pong REPLY null']);
    expect(said.stats).toMatchObject({ parseErrors: {}, unmatched: {} });
  });

  it('tells a result from an exception that the method declares', () => {
    const said = talk()
      .client(frame(strict(CALL, 'get', 1)))
      .server(frame(strict(REPLY, 'get', 1, SUCCESS)))
      .client(frame(strict(CALL, 'get', 2)))
      .server(frame(strict(REPLY, 'get', 2, THREW)));
    expect(outcomes(said)).toEqual(['get REPLY null', 'get REPLY exception 2']);
    expect(said.exchanges[1]!.attributes).toMatchObject({ 'rpc.method': 'get', 'error.type': 'exception 2' });
  });

  it('names what the server could not do, with its text masked', () => {
    const said = talk();
    for (const [index, type] of [1, 6, 99].entries()) {
      said.client(frame(strict(CALL, 'get', index)));
      said.server(frame(strict(EXCEPTION, 'get', index, exception(`no 'alice' today`, type))));
    }
    expect(outcomes(said)).toEqual([
      'get EXCEPTION UNKNOWN_METHOD',
      'get EXCEPTION INTERNAL_ERROR',
      'get EXCEPTION EXCEPTION',
    ]);
    expect(said.exchanges[2]!.response).toMatchObject({ exceptionType: 99, message: 'no ? today' });
  });

  it('knows the service of a multiplexed call, whose answer leaves it out', () => {
    const said = talk()
      .client(frame(strict(CALL, 'Cart:add', 1)))
      .server(frame(strict(REPLY, 'add', 1)));
    expect(outcomes(said)).toEqual(['Cart/add REPLY null']);
    expect(said.exchanges[0]!.request).toMatchObject({ operation: 'Cart:add', resource: 'Cart' });
    expect(said.exchanges[0]!.attributes).toMatchObject({ 'rpc.service': 'Cart', 'rpc.method': 'add' });
  });

  it('finds the answers of a server that overtakes itself', () => {
    const said = talk();
    for (const id of [1, 2, 3]) said.client(frame(strict(CALL, 'get', id)));
    for (const id of [3, 1, 2]) said.server(frame(strict(REPLY, 'get', id)));
    said.close();
    expect(said.exchanges.map(({ request, response }) => [request.id, response!.id])).toEqual([
      [3, 3],
      [1, 1],
      [2, 2],
    ]);
  });

  it('pairs calls of one id in their order, and by their names', () => {
    const said = talk();
    for (const name of ['first', 'second', 'second']) said.client(strict(CALL, name, 0));
    said
      .server(strict(REPLY, 'first', 0))
      .server(strict(REPLY, 'second', 0, SUCCESS))
      .server(strict(REPLY, 'second', 0, THREW));
    expect(outcomes(said)).toEqual(['first REPLY null', 'second REPLY null', 'second REPLY exception 2']);
  });

  it('steps over a large result in a frame and without', () => {
    const text = Buffer.concat([Buffer.from([11, 0, 0, 0, 8, 0, 0]), Buffer.alloc(0x8_0000, 0x80), EMPTY]);
    for (const write of [strict, (...args: Parameters<typeof strict>) => frame(strict(...args))]) {
      const answer = write(REPLY, 'get', 1, text);
      // The end comes in a chunk of its own: without a frame it has to be seen.
      const said = talk()
        .client(write(CALL, 'get', 1))
        .server(answer.subarray(0, -1), 200)
        .server(answer.subarray(-1));
      said.client(write(CALL, 'end', 2)).server(write(REPLY, 'end', 2));
      expect(said.stats.desyncs).toBe(0);
      expect(outcomes(said)).toEqual(['get REPLY null', 'end REPLY null']);
      expect(said.exchanges[0]!.responseTiming!.bytes).toBe(answer.length);
    }
  });

  it('passes by a SASL negotiation', () => {
    const said = talk()
      .client(Buffer.from('0100000005504c41494e', 'hex'))
      .client(Buffer.from('020000000900616c6963650070 77'.replace(' ', ''), 'hex'))
      .server(Buffer.from('0500000000', 'hex'))
      .client(frame(strict(CALL, 'get', 1)))
      .server(frame(strict(REPLY, 'get', 1)));
    expect(outcomes(said)).toEqual(['get REPLY null']);
    expect(said.stats.parseErrors).toEqual({});
  });

  it('says nothing of payloads that are compressed', () => {
    const said = talk({ pinned: false }).client(header(Buffer.from('789c6b60', 'hex'), 0, [1]));
    said.server(header(Buffer.from('789c6b61', 'hex'), 0, [1]));
    expect(said.close()).toEqual([]);
    expect(said.stats).toMatchObject({ parseErrors: {}, unmatched: {} });
  });
});
