import { expect, describe as group, it } from 'vitest';
import { attributes, describe } from './describe.js';
import type { RedisPush, RedisRequest, RedisResponse } from './messages.js';

const request = (fields: Partial<RedisRequest> = {}): RedisRequest => ({
  kind: 'request',
  operation: 'GET',
  resource: 'k',
  args: ['k'],
  argCount: 1,
  database: 0,
  ...fields,
});
const ok: RedisResponse = { kind: 'response', type: 'simple', text: 'OK' };
const failed: RedisResponse = { kind: 'response', type: 'error', code: 'MOVED', message: 'MOVED 3999 127.0.0.1:6381' };
const push: RedisPush = { kind: 'oneway', operation: 'MESSAGE', resource: 'news', type: 'push' };

group('names, status and error of redis', () => {
  it('tells what was asked and how it went', () => {
    expect(describe(request(), ok)).toEqual({ name: 'GET', status: 'OK', error: null });
    expect(describe(request({ operation: 'CONFIG', subcommand: 'GET' }), failed)).toEqual({
      name: 'CONFIG GET',
      status: 'ERR',
      error: 'MOVED',
    });
    expect(describe(request(), null)).toEqual({ name: 'GET', status: null, error: null });
    expect(describe(push, null).name).toBe('MESSAGE');
  });

  it('gives attributes by their OpenTelemetry names', () => {
    expect(attributes(request({ operation: 'SET', args: ['k', '?'], argCount: 40, database: 2 }), failed)).toEqual({
      'db.system.name': 'redis',
      'db.operation.name': 'SET',
      'db.namespace': '2',
      'db.query.text': 'SET k ? …',
      'db.response.status_code': 'MOVED',
      'error.type': 'MOVED',
    });
    expect(attributes(request({ operation: 'EVALSHA', args: ['abc', '0'], argCount: 2, database: null }), ok)).toEqual({
      'db.system.name': 'redis',
      'db.operation.name': 'EVALSHA',
      'db.query.text': 'EVALSHA abc 0',
      'db.stored_procedure.name': 'abc',
    });
    expect(attributes(push, null)).toEqual({ 'db.system.name': 'redis', 'db.operation.name': 'MESSAGE' });
  });

  it('keeps names few, whatever a client makes up', () => {
    const names = new Set<string>();
    for (let i = 0; i < 5000; i++) names.add(describe(request({ operation: `X${i}` }), ok).name);
    expect(names.size).toBeLessThanOrEqual(1025);
    expect(names).toContain('redis');
    expect(describe(request(), ok).name).toBe('GET');
  });
});
