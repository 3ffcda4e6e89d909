import { describe, expect, it } from 'vitest';
import { attributes, describe as describeCall } from './describe.js';
import type { ThriftRequest, ThriftResponse } from './messages.js';

const call = (operation: string, resource: string | null = null): ThriftRequest => ({
  kind: 'request',
  id: 1,
  type: 'CALL',
  operation,
  resource,
  sequenceId: 1,
  encoding: 'binary',
  transport: 'framed',
});
const answer = (more: Partial<ThriftResponse> = {}): ThriftResponse => ({
  kind: 'response',
  type: 'REPLY',
  method: 'add',
  sequenceId: 1,
  ...more,
});

describe('a description of a call', () => {
  it('is its method, with the service where there is one', () => {
    expect(describeCall(call('add'), answer())).toEqual({ name: 'add', status: 'REPLY', error: null });
    expect(describeCall(call('Cart:add', 'Cart'), answer()).name).toBe('Cart/add');
    expect(describeCall(call(''), null)).toEqual({ name: 'thrift', status: null, error: null });
  });

  it.each([
    [{ exceptionField: 2 }, 'exception 2'],
    [{ type: 'EXCEPTION', exceptionType: 1 }, 'UNKNOWN_METHOD'],
    [{ type: 'EXCEPTION', exceptionType: 10 }, 'UNSUPPORTED_CLIENT_TYPE'],
    [{ type: 'EXCEPTION', exceptionType: 1_000_000 }, 'EXCEPTION'],
    [{ type: 'EXCEPTION', exceptionType: null }, 'EXCEPTION'],
  ] as const)('says what went wrong: %o', (response, error) => {
    expect(describeCall(call('add'), answer(response)).error).toBe(error);
    expect(attributes(call('add'), answer(response))['error.type']).toBe(error);
  });

  it('has the attributes of a remote procedure call', () => {
    expect(attributes(call('Cart:add', 'Cart'), answer())).toEqual({
      'rpc.system': 'apache_thrift',
      'rpc.system.name': 'apache_thrift',
      'rpc.service': 'Cart',
      'rpc.method': 'add',
      'rpc.response.status_code': 'REPLY',
    });
    expect(attributes(call('add'), null)).not.toHaveProperty('rpc.service');
  });

  it('stays right when more methods come than are kept', () => {
    for (let i = 0; i < 5000; i++) expect(describeCall(call(`Shop:m${i}`, 'Shop'), null).name).toBe(`Shop/m${i}`);
  });
});
