/**
 * Apache Dubbo 2: calls with their service and method, heartbeats and events of the exchange layer.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['port=20880'] });
 * for await (const span of agent.spans()) console.log(span.name, span.status, span.error); // shop.Cart/add 20 null
 * ```
 *
 * @see https://dubbo.apache.org/en/docs3-v2/java-sdk/reference-manual/protocol/overview/
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { DubboMessage, DubboRequest, DubboResponse } from './messages.js';
import { DubboStream } from './stream.js';

export type { DubboRequest, DubboResponse } from './messages.js';

/** Dubbo 2: calls by their id, in both directions. */
export const dubbo = defineProtocol<DubboMessage>({
  apiVersion: 1,
  name: 'dubbo',
  description: 'Apache Dubbo 2',
  support: {
    versions: [
      ...[
        '2.7 and 3.2, protocol `dubbo`',
        'hessian2',
        'fastjson, fastjson2, gson',
        'java, nativejava, compactedjava',
        'kryo',
      ],
      'protostuff, avro',
    ],
    limits: [
      'Arguments and values are stepped over and never kept.',
      'Group and traceparent stand behind the arguments, and are read from Hessian bodies within the first 8 KiB of a message.',
      'The class of an exception is read from Hessian bodies only.',
      'Of the serializations fst and msgpack only the header is read.',
      'Triple is gRPC, and listed there.',
    ],
  },
  detect,
  match: 'id',
  metric: { name: 'rpc.{side}.call.duration', description: 'Duration of remote procedure calls' },
  captureBytes: 16_384,
  createStream: (_direction, context) => new DubboStream(context),
  describe: (request, response) => describe(request as DubboRequest, response as DubboResponse | null),
  attributes: (request, response) => attributes(request as DubboRequest, response as DubboResponse | null),
});
