import { existsSync } from 'node:fs';
import { formatReport, parserConformance, readSamples } from '@sonde/testkit';
import { expect, it } from 'vitest';
import { builtinProtocols } from '../builtin-protocols.js';

/**
 * Their servers ask too (logins, publications), so that no client could send everything at once; clients of
 * Cassandra and FastCGI use the id of an answered request again.
 */
const asksBack = new Set(['postgres', 'mysql', 'clickhouse', 'tds', 'mqtt', 'amqp', 'nats', 'cassandra', 'fastcgi']);

/**
 * What is known not to hold. Memcached: of two pairings that are possible after a loss it reports neither, and its sample leaves both possible.
 * WebSocket: it has no rules, since connections come to it by their opening in HTTP/1 only.
 * NATS: with a write of the sample lost, a request is paired with a later response.
 */
const known: Record<string, string[]> = {
  websocket: ['is recognised by its rules (frames.jsonl)'],
  nats: [
    'pairs nothing wrongly with a write lost (pubsub.jsonl)',
    'pairs nothing wrongly with bytes lost (pubsub.jsonl)',
  ],
  memcached: ['finds its way back after a loss (text.jsonl)'],
};

const folderOf = (name: string) => new URL(`./${name}/samples/`, import.meta.url);
const names = builtinProtocols.map(({ name }) => name).filter((name) => existsSync(folderOf(name)));
const samples = new Map(
  await Promise.all(names.map(async (name) => [name, await readSamples(folderOf(name))] as const)),
);

it.each(builtinProtocols.filter(({ name }) => samples.get(name)?.length))(
  '$name conforms to the parser API',
  (protocol) => {
    const others = names.filter((name) => name !== protocol.name).flatMap((name) => samples.get(name)!);
    const report = parserConformance(protocol, {
      samples: samples.get(protocol.name)!,
      others,
      pipelining: !asksBack.has(protocol.name),
      cases: 150,
      fuzzMs: 40,
    });
    const failed = report.checks.filter(({ passed }) => !passed).map(({ check, sample }) => `${check} (${sample})`);
    expect(failed, formatReport(report)).toEqual(known[protocol.name] ?? []);
  },
  120_000,
);
