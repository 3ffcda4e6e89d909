import type { HttpAnswer } from './http-sender.js';

/** What a receiver took only a part of. */
export interface PartialSuccess {
  rejected: number;
  message: string;
}

const LONGEST_MESSAGE = 500;

/**
 * The `partial_success` of an answer, in JSON or protobuf; null where all was taken, or the answer can't be read: the
 * status has said already that the receiver took it.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#partial-success-1
 */
export function partialSuccess(answer: HttpAnswer): PartialSuccess | null {
  try {
    const json = answer.headers['content-type']?.includes('json') ?? false;
    const partial = json ? fromJson(answer.body) : fromProtobuf(answer.body);
    if (partial === null || (!(partial.rejected > 0) && partial.message === '')) return null;
    return { rejected: Math.max(0, partial.rejected || 0), message: partial.message.slice(0, LONGEST_MESSAGE) };
  } catch {
    return null;
  }
}

function fromJson(body: Buffer): PartialSuccess | null {
  const { partialSuccess: partial } = JSON.parse(body.toString('utf8')) as {
    partialSuccess?: { rejectedSpans?: unknown; rejectedDataPoints?: unknown; errorMessage?: unknown };
  };
  if (!partial) return null;
  const rejected = Number(partial.rejectedSpans ?? partial.rejectedDataPoints ?? 0);
  return { rejected, message: typeof partial.errorMessage === 'string' ? partial.errorMessage : '' };
}

/** Field 1 holds a message whose field 1 is the count, and field 2 the text. */
function fromProtobuf(body: Buffer): PartialSuccess | null {
  const partial = fields(body).get(1);
  if (!Buffer.isBuffer(partial)) return null;
  const inner = fields(partial);
  const message = inner.get(2);
  return { rejected: Number(inner.get(1) ?? 0), message: Buffer.isBuffer(message) ? message.toString('utf8') : '' };
}

function fields(body: Buffer): Map<number, bigint | Buffer> {
  const found = new Map<number, bigint | Buffer>();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = body[at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new RangeError('a varint that does not end');
  };
  while (at < body.length) {
    const tag = Number(varint());
    const number = tag >>> 3;
    switch (tag & 7) {
      case 0:
        found.set(number, varint());
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = Number(varint());
        found.set(number, body.subarray(at, at + length));
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        throw new RangeError('no wire type of protobuf');
    }
  }
  return found;
}
