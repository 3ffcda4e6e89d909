import { type Attributes, type Description, SEMCONV } from '@sonde/core';
import type { DnsMessage, DnsRequest, DnsResponse } from './messages.js';
import { opcodeName } from './registry.js';

/** `DNS A`; the response code as a number; its name where it is an error. */
export function describe(request: DnsMessage, response: DnsResponse | null): Description {
  const operation = request.opcode === 0 ? '' : ` ${opcodeName(request.opcode) ?? request.opcode}`;
  const type = request.operation === null ? '' : ` ${request.operation}`;
  return {
    name: `DNS${operation}${type}`,
    status: response === null ? null : response.code,
    error: response === null || response.code === 0 ? null : response.rcode,
  };
}

/** OpenTelemetry's attributes of DNS; type and response code by their names in the Elastic Common Schema. */
export function attributes(request: DnsRequest | DnsMessage, response: DnsResponse | null): Attributes {
  const result: Attributes = { [SEMCONV.NETWORK_PROTOCOL_NAME]: 'dns' };
  if (request.resource !== null && request.resource !== undefined) result[SEMCONV.DNS_QUESTION_NAME] = request.resource;
  if (request.operation) result['dns.question.type'] = request.operation;
  if (response === null) return result;
  result['dns.response_code'] = response.rcode;
  if (response.addresses !== undefined) result[SEMCONV.DNS_ANSWERS] = response.addresses;
  if (response.code !== 0) result[SEMCONV.ERROR_TYPE] = response.rcode;
  return result;
}
