/**
 * DNS over UDP and TCP, and multicast DNS.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['port=53'] });
 * for await (const span of agent.spans()) console.log(span.request.resource, span.error, span.durationNs); // none.test NXDOMAIN 310000
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc1035
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { DnsMessage, DnsResponse } from './messages.js';
import { DnsStream } from './stream.js';

export type { DnsRequest, DnsResponse } from './messages.js';

/** DNS: questions and answers by id, EDNS, zone transfers, multicast. */
export const dns = defineProtocol<DnsMessage>({
  apiVersion: 1,
  name: 'dns',
  description: 'DNS over UDP and TCP',
  support: {
    versions: ['RFC 1035', 'EDNS(0)', 'mDNS'],
    limits: [
      'Of several questions in one message the first is reported, with their number.',
      'Answers are reported by their addresses and names; other record data is not.',
      'DNS over TLS, HTTPS and QUIC need the plaintext from another source.',
      'Questions that desire no recursion are recognised at port 53 only, multicast at port 5353.',
    ],
  },
  detect,
  match: 'id',
  metric: { name: 'dns.lookup.duration', description: 'Duration of DNS lookups' },
  captureBytes: 1500,
  maxBuffer: 65_537,
  timeoutMs: 15_000,
  createStream: (_direction, context) => new DnsStream(context),
  describe: (request, response) => describe(request, response as DnsResponse | null),
  attributes: (request, response) => attributes(request, response as DnsResponse | null),
});
