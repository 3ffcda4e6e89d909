import { defineProtocol, latin1, type Message, type ProtocolDefinition, type StreamContext } from '@sonde/core';
import { sample } from './sample.js';

/** `length, id, text` in both directions; a text that begins with `!` is an error. */
export interface EchoMessage extends Message {
  text: string;
}

type Definition = ProtocolDefinition<EchoMessage, undefined>;

/** A protocol that conforms, or, with parts replaced, one that doesn't. */
export function echo(changes: Partial<Definition> = {}) {
  return defineProtocol<EchoMessage, undefined>({
    name: 'echo',
    apiVersion: 1,
    description: 'Says what it is told',
    support: { versions: ['1'], limits: [] },
    detect: {
      rules: [{ direction: 'request', match: [{ offset: 0, bytes: [0xec] }] }],
      confirm: ({ bytes, start, end }) => (end - start < 4 ? 'more' : bytes[start + 3] === 0x2e ? 'yes' : 'no'),
    },
    match: 'id',
    metric: { name: 'echo.duration' },
    createStream: (_, context) => ({
      read: ({ bytes, start, end }) => readFrame(bytes, start, end, context),
      resync: ({ bytes, start, end }) =>
        end - start > 3 && bytes[start] === 0xec && bytes[start + 3] === 0x2e ? 0 : -1,
    }),
    describe: (_, response) => ({
      name: 'ECHO',
      status: response === null ? null : response.text.length,
      error: response?.text.startsWith('!') ? 'refused' : null,
    }),
    attributes: (request) => ({ 'echo.text': request.text }),
    ...changes,
  });
}

/** One frame: 0xec, length, id, 0x2e, text. */
export function readFrame(
  bytes: Uint8Array,
  start: number,
  end: number,
  context: StreamContext<EchoMessage, undefined>,
): number {
  if (end - start < 4) return 0;
  if (bytes[start] !== 0xec || bytes[start + 3] !== 0x2e) context.fail('not a frame');
  const size = 4 + bytes[start + 1]!;
  if (end - start < size) return 0;
  const text = latin1(bytes, start + 4, start + size);
  context.emit({ kind: context.direction, id: bytes[start + 2]!, text });
  return size;
}

/** A frame as it goes over the wire. */
export function frame(id: number, text: string): Uint8Array {
  return Uint8Array.from([0xec, text.length, id, 0x2e, ...Buffer.from(text, 'latin1')]);
}

/** Twelve questions and answers, two at a time. */
export const echoSample = sample(
  'echo',
  Array.from({ length: 6 }, (_, index) => {
    const [first, second] = [2 * index, 2 * index + 1];
    const ask = Buffer.concat([frame(first, `ask ${first}`), frame(second, `ask ${second}`)]);
    const answer = Buffer.concat([frame(second, `!${second}`), frame(first, `answer ${first}`)]);
    return [['client', ask] as const, ['server', answer] as const];
  }).flat(),
);
