import type { Exchange, Protocol, ProtocolDefinition } from '../contracts/index.js';
import { defineProtocol } from '../define-protocol.js';

const definition: Protocol = defineProtocol({
  apiVersion: 1,
  name: 'http1',
  description: 'a protocol for tests',
  support: { versions: [], limits: [] },
  detect: { rules: [{ direction: 'request', ports: [80] }] },
  match: 'fifo',
  metric: { name: 'http.{side}.request.duration', description: 'Duration of HTTP requests' },
  createStream: () => ({ read: () => 0 }),
  describe: () => ({ name: 'GET /', status: 200, error: null }),
} satisfies ProtocolDefinition as ProtocolDefinition);

/** An exchange for tests: `GET /users/{id}`, 200, 1 ms, seen at the server. */
export function exchangeFixture(overrides: Partial<Exchange> = {}): Exchange {
  const timing = { start: 1_000_000, end: 1_000_000, bytes: 10, sequence: -1, tid: 1 };
  return {
    protocol: 'http1',
    definition,
    request: { kind: 'request' },
    requestTiming: timing,
    response: { kind: 'response' },
    responseTiming: timing,
    startUnixNano: 1_700_000_000_000_000_000n,
    durationNs: 1_000_000,
    side: 'server',
    transport: 'tcp',
    client: { address: '10.0.0.9', port: 54321 },
    server: { address: '10.0.0.1', port: 8080 },
    process: { pid: 7, tid: 7, name: 'nginx', container: null },
    name: 'GET /users/{id}',
    status: 200,
    error: null,
    attributes: {
      'http.request.method': 'GET',
      'http.route': '/users/{id}',
      'http.response.status_code': 200,
      'url.path': '/users/123',
      'network.protocol.name': 'http',
      'network.protocol.version': '1.1',
      'client.address': '10.0.0.9',
    },
    trace: null,
    ...overrides,
  };
}
