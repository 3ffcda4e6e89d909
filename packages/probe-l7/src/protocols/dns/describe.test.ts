import { expect, describe as group, it } from 'vitest';
import { attributes, describe } from './describe.js';
import type { DnsRequest, DnsResponse } from './messages.js';
import { isAssignedType, opcodeName, rcodeName, typeName } from './registry.js';

const request: DnsRequest = {
  kind: 'request',
  id: 1,
  operation: 'A',
  resource: 'a.test',
  qtype: 1,
  qclass: 1,
  opcode: 0,
};
const response: DnsResponse = {
  kind: 'response',
  id: 1,
  operation: 'A',
  resource: 'a.test',
  opcode: 0,
  rcode: 'NOERROR',
  code: 0,
  answers: 1,
  authorities: 0,
  additionals: 0,
  authoritative: false,
  addresses: ['192.0.2.1'],
};
const failed: DnsResponse = { ...response, rcode: 'NXDOMAIN', code: 3, answers: 0, addresses: undefined };

group('names, status and error of dns', () => {
  it('names the type, and the operation where it is no query', () => {
    expect(describe(request, response)).toEqual({ name: 'DNS A', status: 0, error: null });
    expect(describe({ ...request, opcode: 4, operation: 'SOA' }, null)).toEqual({
      name: 'DNS NOTIFY SOA',
      status: null,
      error: null,
    });
    expect(describe({ ...request, opcode: 9 }, null).name).toBe('DNS 9 A');
    expect(describe({ ...request, operation: null }, failed)).toEqual({ name: 'DNS', status: 3, error: 'NXDOMAIN' });
  });

  it('gives attributes by their OpenTelemetry names', () => {
    expect(attributes(request, response)).toEqual({
      'network.protocol.name': 'dns',
      'dns.question.name': 'a.test',
      'dns.question.type': 'A',
      'dns.response_code': 'NOERROR',
      'dns.answers': ['192.0.2.1'],
    });
    expect(attributes(request, failed)).toMatchObject({ 'dns.response_code': 'NXDOMAIN', 'error.type': 'NXDOMAIN' });
    expect(attributes({ ...request, operation: null, resource: null }, null)).toEqual({
      'network.protocol.name': 'dns',
    });
  });

  it('writes numbers without a name as RFC 3597 does', () => {
    expect([typeName(28), typeName(257), typeName(4711)]).toEqual(['AAAA', 'CAA', 'TYPE4711']);
    expect([rcodeName(2), rcodeName(16), rcodeName(99)]).toEqual(['SERVFAIL', 'BADVERS', 'RCODE99']);
    expect([opcodeName(5), opcodeName(3), isAssignedType(65), isAssignedType(0)]).toEqual([
      'UPDATE',
      null,
      true,
      false,
    ]);
  });
});
