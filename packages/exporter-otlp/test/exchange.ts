import type { Exchange, Protocol } from '@sonde/core';

const definition = { name: 'http1', metric: { name: 'http.{side}.request.duration' } } as Protocol;

/** An exchange for tests: `GET /users/{id}`, 200, 1 ms, seen at the server. */
export function exchange(overrides: Partial<Exchange> = {}): Exchange {
  const timing = { start: 0, end: 1e6, bytes: 10, sequence: -1, tid: 1 };
  return {
    protocol: 'http1',
    definition,
    request: { kind: 'request' },
    requestTiming: timing,
    response: { kind: 'response' },
    responseTiming: timing,
    startUnixNano: 1_700_000_000_123_456_789n,
    durationNs: 1_000_001,
    side: 'server',
    transport: 'tcp',
    client: { address: '10.0.0.9', port: 54321 },
    server: { address: '10.0.0.1', port: 8080 },
    process: { pid: 7, tid: 8, name: 'nginx', container: null },
    name: 'GET /users/{id}',
    status: 200,
    error: null,
    attributes: {
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'url.path': '/users/123',
      'process.pid': 7,
      'process.executable.name': 'nginx',
    },
    trace: null,
    ...overrides,
  };
}
