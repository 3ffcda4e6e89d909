import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtinProtocols } from '../builtin-protocols.js';
import { Conversation, readSample } from './conversation.fixture.js';

/** A conversation that begins in HTTP/1 and goes on in another protocol. */
const isUpgrade = (file: string) => file.startsWith('upgrade');

const samples = builtinProtocols.flatMap(({ name, variants }) => {
  const folder = new URL(`./${name}/samples/`, import.meta.url);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
  return files.map((file) => ({ name, variants, file, script: readSample(new URL(file, folder)) }));
});

/** Each sample from each of its chunks on, as if the connection were joined there. */
function suffixes<T>(script: readonly T[]): readonly T[][] {
  return script.map((_, index) => script.slice(index)).slice(0, 40);
}

describe('recognition among all protocols', () => {
  it('has a recorded conversation of each', () => {
    expect(new Set(samples.map(({ name }) => name))).toEqual(new Set(builtinProtocols.map(({ name }) => name)));
  });

  it.each(samples)('makes of $name/$file nothing but $name', ({ name, variants, file, script }) => {
    const transport = file === 'udp.jsonl' ? 'udp' : 'tcp';
    for (const suffix of suffixes(script)) {
      const talk = new Conversation({
        protocols: builtinProtocols,
        pinned: false,
        transport,
        role: null,
        fromStart: false,
      });
      const found = new Set(
        talk
          .play(suffix)
          .close()
          .map((exchange) => exchange.protocol),
      );
      const expected = [name, ...Object.keys(variants ?? {}), ...(isUpgrade(file) ? ['http1', 'websocket'] : [])];
      for (const each of expected) found.delete(each);
      expect([...found]).toEqual([]);
    }
  });

  it.each(samples)('makes nothing of $name/$file without $name', ({ name, file, script }) => {
    const left = isUpgrade(file) ? [name, 'http1'] : [name];
    const protocols = builtinProtocols.filter((protocol) => !left.includes(protocol.name));
    const transport = file === 'udp.jsonl' ? 'udp' : 'tcp';
    for (const suffix of suffixes(script)) {
      const talk = new Conversation({ protocols, pinned: false, transport, role: null, fromStart: false });
      expect(
        talk
          .play(suffix)
          .close()
          .map((exchange) => exchange.name),
      ).toEqual([]);
    }
  });
});
