import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RESPONSES } from '../test/receiver.js';
import { partialSuccess } from './partial-success.js';

const answer = (type: string, body: Uint8Array | string) => ({
  status: 200,
  headers: { 'content-type': type },
  body: Buffer.from(body),
});
const json = (body: unknown) => answer('application/json', JSON.stringify(body));
const protobuf = (kind: 'traces' | 'metrics', message: object) =>
  answer('application/x-protobuf', RESPONSES[kind].encode(RESPONSES[kind].fromObject(message)).finish());

describe('a partial success', () => {
  it.each([
    ['spans in JSON', json({ partialSuccess: { rejectedSpans: '3', errorMessage: 'too old' } }), 3, 'too old'],
    ['points in JSON', json({ partialSuccess: { rejectedDataPoints: 2 } }), 2, ''],
    [
      'spans in protobuf',
      protobuf('traces', { partialSuccess: { rejectedSpans: 3, errorMessage: 'too old' } }),
      3,
      'too old',
    ],
    ['points in protobuf', protobuf('metrics', { partialSuccess: { rejectedDataPoints: 300 } }), 300, ''],
    ['a warning', json({ partialSuccess: { errorMessage: 'use v2' } }), 0, 'use v2'],
    [
      'a long message',
      json({ partialSuccess: { rejectedSpans: 1, errorMessage: 'x'.repeat(9999) } }),
      1,
      'x'.repeat(500),
    ],
  ])('with %s is read', (_what, given, rejected, message) => {
    expect(partialSuccess(given)).toEqual({ rejected, message });
  });

  it.each([
    ['an empty body', answer('application/x-protobuf', '')],
    ['an empty object', json({})],
    ['an empty partial success', json({ partialSuccess: {} })],
    ['JSON that is none', answer('application/json', '{')],
    ['JSON null', json(null)],
    ['a count that is none', json({ partialSuccess: { rejectedSpans: 'many' } })],
    ['a page', answer('text/html', '<html>')],
  ])('is not seen in %s', (_what, given) => {
    expect(partialSuccess(given)).toBeNull();
  });

  it('never throws, whatever the receiver answers', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom('application/json', 'application/x-protobuf'), (body, type) => {
        partialSuccess(answer(type, body));
      }),
    );
  });
});
