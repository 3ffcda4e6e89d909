import { expect, describe as group, it } from 'vitest';
import { attributes, describe } from './describe.js';
import type { MemcachedRequest, MemcachedResponse } from './messages.js';

const request: MemcachedRequest = { kind: 'request', operation: 'GET', resource: 'k', keyCount: 3, encoding: 'text' };
const found: MemcachedResponse = { kind: 'response', status: 'VALUE', failed: false, hits: 2 };
const failed: MemcachedResponse = { kind: 'response', status: 'SERVER_ERROR', failed: true };

group('names, status and error of memcached', () => {
  it('tells what was asked and how it went', () => {
    expect(describe(request, found)).toEqual({ name: 'GET', status: 'VALUE', error: null });
    expect(describe(request, failed)).toEqual({ name: 'GET', status: 'SERVER_ERROR', error: 'SERVER_ERROR' });
    expect(describe(request, null)).toEqual({ name: 'GET', status: null, error: null });
  });

  it('gives attributes by their OpenTelemetry names', () => {
    expect(attributes(request, found)).toEqual({
      'db.system.name': 'memcached',
      'db.operation.name': 'GET',
      'db.query.text': 'GET k … (3 keys)',
      'db.operation.batch.size': 3,
      'db.response.returned_rows': 2,
    });
    expect(attributes({ ...request, resource: null, keyCount: 0 }, failed)).toEqual({
      'db.system.name': 'memcached',
      'db.operation.name': 'GET',
      'db.response.status_code': 'SERVER_ERROR',
      'error.type': 'SERVER_ERROR',
    });
  });
});
