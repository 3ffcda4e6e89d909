import { describe, expect, it } from 'vitest';
import type { Exchange, Message } from '../contracts/index.js';
import { exchangeToJson } from './exchange-json.js';

interface Fields extends Message {
  [field: string]: unknown;
}

const exchange = (overrides: Partial<Record<keyof Exchange, unknown>> = {}): Exchange =>
  ({
    protocol: 'http1',
    request: { kind: 'request', operation: 'GET', resource: '/users/1', host: 'example.org' } as Fields,
    requestTiming: { start: 0, end: 10, bytes: 78, sequence: 4_294_967_295, tid: 8 },
    response: { kind: 'response', id: 7, status: 200 } as Fields,
    responseTiming: { start: 20, end: 30, bytes: 512, sequence: 17, tid: 8 },
    startUnixNano: 1_769_860_800_000_000_001n,
    durationNs: 1_234_567,
    side: 'server',
    transport: 'tcp',
    client: { address: '10.0.0.1', port: 4000 },
    server: { address: 'fd00::2', port: 80 },
    process: { pid: 7, tid: 8, name: 'nginx', container: null },
    name: 'GET /users/{id}',
    status: 200,
    error: null,
    attributes: {
      'http.request.method': 'GET',
      'url.path': '/users/1',
      'http.response.status_code': 200,
      list: ['a', 'b'],
    },
    trace: null,
    ...overrides,
  }) as unknown as Exchange;

describe('the JSON line of an exchange', () => {
  it('has the fields of the contract, in this order, and no line break', () => {
    const line = exchangeToJson(exchange());
    expect(line).not.toContain('\n');
    expect(Object.keys(JSON.parse(line))).toEqual([
      'protocol',
      'start',
      'durationNs',
      'side',
      'client',
      'server',
      'process',
      'request',
      'response',
      'status',
      'error',
      'tcp',
      'trace',
      'attributes',
    ]);
  });

  it('says what is known', () => {
    expect(JSON.parse(exchangeToJson(exchange()))).toEqual({
      protocol: 'http1',
      start: '2026-01-31T12:00:00.000000001Z',
      durationNs: 1_234_567,
      side: 'server',
      client: { address: '10.0.0.1', port: 4000 },
      server: { address: 'fd00::2', port: 80 },
      process: { pid: 7, tid: 8, name: 'nginx', container: null },
      request: { bytes: 78, operation: 'GET', resource: '/users/1', host: 'example.org' },
      response: { bytes: 512, id: 7, status: 200 },
      status: 200,
      error: null,
      tcp: { requestSeq: 4_294_967_295, responseSeq: 17 },
      trace: null,
      attributes: {
        'http.request.method': 'GET',
        'url.path': '/users/1',
        'http.response.status_code': 200,
        list: ['a', 'b'],
      },
    });
  });

  it('writes null for what is not known, never a guess', () => {
    const nothing = exchange({
      response: null,
      responseTiming: null,
      durationNs: null,
      side: null,
      client: null,
      server: null,
      process: null,
      status: null,
      requestTiming: { start: 0, end: 0, bytes: 3, sequence: -1, tid: 0 },
      attributes: {},
    });
    expect(JSON.parse(exchangeToJson(nothing))).toMatchObject({
      response: null,
      durationNs: null,
      side: null,
      client: null,
      server: null,
      process: null,
      status: null,
      tcp: { requestSeq: null, responseSeq: null },
      attributes: {},
    });
  });

  it.each(['udp', 'unix'])('has no TCP numbers over %s', (transport) => {
    expect(JSON.parse(exchangeToJson(exchange({ transport }))).tcp).toBeNull();
  });

  it('names the capture file first, where there are several', () => {
    expect(exchangeToJson(exchange(), { file: 'a "b".pcap' })).toMatch(/^\{"file":"a \\"b\\".pcap","protocol"/);
  });

  it('tells the place in a trace', () => {
    const link = { method: 'seq', confidence: 0.9 };
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentSpanId: null, link };
    expect(JSON.parse(exchangeToJson(exchange({ trace }))).trace).toEqual(trace);
    expect(JSON.parse(exchangeToJson(exchange({ trace: { ...trace, link: null } }))).trace.link).toBeNull();
  });

  it('carries any text that a peer sends', () => {
    const resource = '"\\\u0000\n\u2028\ud800é😀';
    const line = exchangeToJson(exchange({ request: { kind: 'request', resource } }));
    expect(line).not.toContain('\n');
    expect(JSON.parse(line).request.resource).toBe(resource);
  });

  it('carries whatever a plugin adds, as JSON can', () => {
    const request = {
      kind: 'request',
      bytes: 'the size that was measured wins',
      missing: undefined,
      method() {},
      big: 2n ** 60n,
      small: 5n,
      notNumber: Number.NaN,
      binary: Uint8Array.of(1, 255),
      nested: { list: [1n, Buffer.from('hi')], map: new Map([['a', 1]]), set: new Set([1]) },
    };
    expect(JSON.parse(exchangeToJson(exchange({ request }))).request).toEqual({
      bytes: 78,
      big: '1152921504606846976',
      small: 5,
      notNumber: null,
      binary: '01ff',
      nested: { list: [1, '6869'], map: { a: 1 }, set: [1] },
    });
  });
});
