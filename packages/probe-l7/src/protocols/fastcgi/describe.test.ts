import { describe, expect, it } from 'vitest';
import { attributes, describe as describeRequest } from './describe.js';
import { createRequest, createResponse, type FastcgiRequest, type FastcgiResponse } from './messages.js';

const asked = (more: Partial<FastcgiRequest> = {}): FastcgiRequest => ({
  ...createRequest(1),
  role: 'RESPONDER',
  operation: 'GET',
  resource: '/users/17?q=1',
  ...more,
});
const answered = (more: Partial<FastcgiResponse> = {}): FastcgiResponse => ({
  ...createResponse(1),
  status: 200,
  appStatus: 0,
  protocolStatus: 'REQUEST_COMPLETE',
  ...more,
});

describe('a description of a request', () => {
  it('is method and route, with the status', () => {
    expect(describeRequest(asked(), answered())).toEqual({ name: 'GET /users/{id}', status: 200, error: null });
    expect(describeRequest(asked({ operation: 'FETCH-42' }), null).name).toBe('HTTP /users/{id}');
    expect(describeRequest(asked({ role: null, operation: 'GET_VALUES', resource: null }), null).name).toBe(
      'GET_VALUES',
    );
  });

  it.each([
    [{ status: 404 }, null],
    [{ status: 503 }, '503'],
    [{ appStatus: 255 }, 'app status 255'],
    [{ appStatus: 0xffff_ffff }, 'app status'],
    [{ appStatus: 3, status: 500 }, '500'],
    [{ protocolStatus: 'OVERLOADED', status: null }, 'OVERLOADED'],
    [{ protocolStatus: null, appStatus: null }, null],
  ] as const)('says what went wrong: %o', (response, error) => {
    expect(describeRequest(asked(), answered(response)).error).toBe(error);
    expect(attributes(asked(), answered(response))['error.type'] ?? null).toBe(error);
  });

  it('leaves out sizes and statuses that nobody knows', () => {
    const all = attributes(asked({ bodySize: null }), answered({ bodySize: null, status: null }));
    expect(Object.keys(all).filter((name) => /size|status/.test(name))).toEqual([]);
    expect(all).toMatchObject({ 'url.path': '/users/17', 'url.query': 'q=1', 'network.protocol.name': 'fastcgi' });
  });
});
