import {
  type AttributeValue,
  type DetectRule,
  defineExporter,
  defineProbe,
  defineProtocol,
  type Exchange,
  type Exporter,
  type ExporterInstance,
  type Input,
  type Message,
  type MessageKind,
  type Probe,
  type ProbeInstance,
  type Protocol,
  type StreamContext,
  type StreamParser,
} from '@sonde/core';
import { expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';

// The types are checked by `npm run typecheck`: each of these is a promise to somebody who has published a plugin.

it('a parser of version 1 needs no more than read', () => {
  expectTypeOf<{ read(input: Input): number }>().toExtend<StreamParser>();
  expectTypeOf<StreamParser['gap']>().toEqualTypeOf<((input: Input, missing: number) => number) | undefined>();
  expectTypeOf<StreamParser['resync']>().toEqualTypeOf<((input: Input) => number) | undefined>();
  expectTypeOf<StreamParser['end']>().toEqualTypeOf<(() => void) | undefined>();
});

it('a window is read-only, and so is what the host says', () => {
  expectTypeOf<Input>().toEqualTypeOf<{
    readonly bytes: Uint8Array;
    readonly view: DataView;
    readonly start: number;
    readonly end: number;
    readonly at: number;
  }>();
  expectTypeOf<StreamContext['fail']>().returns.toBeNever();
  expectTypeOf<StreamContext['pending']>().returns.toEqualTypeOf<Message | undefined>();
});

it('messages are of five kinds, and carry whatever fields a plugin adds', () => {
  expectTypeOf<MessageKind>().toEqualTypeOf<'request' | 'response' | 'interim' | 'oneway' | 'control'>();
  interface Mine extends Message {
    mine: number;
  }
  const protocol = defineProtocol<Mine>({
    ...{ name: 'mine', apiVersion: 1, description: 'x', support: { versions: ['1'], limits: [] }, match: 'id' },
    detect: { rules: [{ direction: 'request', ports: [1] }] },
    metric: { name: 'mine.duration' },
    createStream(direction, context) {
      expectTypeOf(direction).toEqualTypeOf<'request' | 'response'>();
      expectTypeOf(context.emit).parameter(0).toEqualTypeOf<Mine>();
      expectTypeOf(context.shared).toEqualTypeOf<undefined>();
      return { read: () => 0 };
    },
    describe(request, response) {
      expectTypeOf(request).toEqualTypeOf<Mine>();
      expectTypeOf(response).toEqualTypeOf<Mine | null>();
      return { name: 'x', status: null, error: null };
    },
  });
  expectTypeOf(protocol).toEqualTypeOf<Protocol>();
  expect(protocol).toMatchObject({ kind: 'protocol', apiVersion: 1 });
});

it('a rule needs a direction, and nothing else by its type', () => {
  expectTypeOf<{ direction: 'request' }>().toExtend<DetectRule>();
  expectTypeOf<DetectRule['match']>().toExtend<readonly object[] | undefined>();
});

it('probes and exporters need start and stop', () => {
  expectTypeOf<{ start(): Promise<void>; stop(): Promise<void> }>().toExtend<ProbeInstance>();
  expectTypeOf<{ start(): Promise<void>; stop(): Promise<void> }>().toExtend<ExporterInstance>();
});

it('factories take the options of their schema, or none', () => {
  const options = z.strictObject({ every: z.number().default(1) });
  const common = { name: 'mine', version: '1.0.0', apiVersion: 1, description: 'x', options } as const;
  const probe = defineProbe({
    ...common,
    requires: {},
    create(_, given) {
      expectTypeOf(given).toEqualTypeOf<{ every: number }>();
      return { start: async () => {}, stop: async () => {} };
    },
  });
  const exporter = defineExporter({ ...common, create: () => ({ start: async () => {}, stop: async () => {} }) });
  expectTypeOf(probe).parameter(0).toEqualTypeOf<{ every?: number | undefined } | undefined>();
  expectTypeOf(probe).returns.toEqualTypeOf<Probe>();
  expectTypeOf(exporter).returns.toEqualTypeOf<Exporter>();
  expect([probe().kind, exporter().kind]).toEqual(['probe', 'exporter']);
});

it('an exchange says what is not known by null', () => {
  expectTypeOf<Exchange['durationNs']>().toEqualTypeOf<number | null>();
  expectTypeOf<Exchange['side']>().toEqualTypeOf<'client' | 'server' | null>();
  expectTypeOf<Exchange['response']>().toEqualTypeOf<Message | null>();
  expectTypeOf<Exchange['startUnixNano']>().toEqualTypeOf<bigint>();
  expectTypeOf<AttributeValue>().toEqualTypeOf<string | number | boolean | readonly string[] | readonly number[]>();
});
