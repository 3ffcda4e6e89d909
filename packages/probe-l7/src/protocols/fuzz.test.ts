import { existsSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtinProtocols } from '../builtin-protocols.js';
import { Conversation, readSample, type Script } from './conversation.fixture.js';

/** What can happen to a chunk on its way. */
type Damage = 'flip' | 'insert' | 'cut' | 'lose' | 'swap direction' | 'half captured';

const damages: Damage[] = ['flip', 'insert', 'cut', 'lose', 'swap direction', 'half captured'];

function scriptsOf(name: string): { file: string; script: Script }[] {
  const folder = new URL(`./${name}/samples/`, import.meta.url);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
  return files.map((file) => ({ file, script: readSample(new URL(file, folder)) }));
}

function play(talk: Conversation, script: Script, hits: readonly { chunk: number; at: number; what: Damage }[]): void {
  script.forEach(([fromClient, source], index) => {
    const hit = hits.find(({ chunk }) => chunk % script.length === index);
    const bytes = Buffer.from(source as Uint8Array);
    const at = bytes.length === 0 ? 0 : (hit?.at ?? 0) % bytes.length;
    const send = (data: Uint8Array, captured?: number, client = fromClient) =>
      client ? talk.client(data, captured) : talk.server(data, captured);
    switch (hit?.what) {
      case 'flip':
        bytes[at]! ^= 1 << (hit.at & 7);
        send(bytes);
        break;
      case 'insert':
        send(Buffer.concat([bytes.subarray(0, at), Buffer.alloc(1 + (hit.at % 40), hit.at), bytes.subarray(at)]));
        break;
      case 'cut':
        send(bytes.subarray(0, at));
        talk.miss(fromClient, bytes.length - at);
        break;
      case 'lose':
        talk.miss(fromClient, bytes.length);
        break;
      case 'swap direction':
        send(bytes, undefined, !fromClient);
        break;
      case 'half captured':
        send(bytes, at);
        break;
      default:
        send(bytes);
    }
  });
}

describe.each(builtinProtocols.map((protocol) => ({ name: protocol.name, protocol })))(
  '$name, damaged',
  ({ name, protocol }) => {
    const scripts = scriptsOf(name);

    it('never throws a fault, never hangs, and reports no more than was said', () => {
      const hit = fc.record({ chunk: fc.nat(), at: fc.nat(), what: fc.constantFrom(...damages) });
      const which = fc.constantFrom(...scripts);
      fc.assert(
        fc.property(
          which,
          fc.array(hit, { minLength: 1, maxLength: 4 }),
          fc.boolean(),
          ({ file, script }, hits, pinned) => {
            const transport = file === 'udp.jsonl' ? 'udp' : 'tcp';
            const talk = new Conversation({ protocols: [protocol], transport, pinned });
            play(talk, script, hits);
            const exchanges = talk.close();
            expect(talk.stats.parserFaults).toBe(0);
            expect(exchanges.length).toBeLessThan(500);
            for (const exchange of exchanges) expect(Object.keys(exchange.attributes).length).toBeGreaterThan(0);
          },
        ),
        { numRuns: 300 },
      );
    });

    it('takes any bytes at all', () => {
      const turn = fc.tuple(fc.boolean(), fc.uint8Array({ maxLength: 120 }));
      fc.assert(
        fc.property(
          fc.array(turn, { maxLength: 12 }),
          fc.constantFrom('tcp' as const, 'udp' as const),
          (script, transport) => {
            const talk = new Conversation({ protocols: [protocol], transport }).play(script);
            talk.close();
            expect(talk.stats.parserFaults).toBe(0);
          },
        ),
        { numRuns: 300 },
      );
    });
  },
);
