import type { Detection, Input, Verdict } from '@sonde/core';
import { MAX_API_KEY, MAX_VERSION } from './apis.js';
import { isRequest, MAX_MESSAGE, REQUEST_HEADER } from './header.js';

/**
 * How Kafka is recognised: by requests, whose size, API, version, client id and body have to agree. A response has
 * nothing but its size and the number of a request, and is read once a request was seen.
 */
export const detect: Detection = {
  rules: [
    {
      direction: 'request',
      match: [
        { offset: 4, bytes: [0, 0, 0, 0], mask: [0xff, 0xff & ~MAX_API_KEY, 0xff, 0xff & ~MAX_VERSION] },
        { offset: 0, bytes: [0], mask: [0xf0] },
      ],
      length: { offset: 0, size: 4, plus: 4, compare: 'bounded', min: REQUEST_HEADER, max: MAX_MESSAGE },
      minimum: REQUEST_HEADER,
    },
  ],
  confirm({ bytes, view, start, end }: Input, direction): Verdict {
    return direction === 'request' ? isRequest(bytes, view, start, end) : 'no';
  },
};
