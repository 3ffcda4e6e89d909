import { existsSync } from 'node:fs';
import { formatReport, parserConformance, readSamples } from '@sonde/testkit';
import { expect, it } from 'vitest';
import { builtinProtocols } from '../builtin-protocols.js';
import declared from './conformance.json' with { type: 'json' };

/**
 * Declared for the tests, and for the support matrix, which shows it. `asksBack`: their servers ask too (logins,
 * publications), so that no client could send everything at once; clients of Cassandra and FastCGI use the id of an
 * answered request again. `known`: what is known not to hold, and why.
 */
const asksBack = new Set(declared.asksBack);
const known = declared.known as Record<string, Record<string, string>>;

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
      cases: 60,
      fuzzMs: 20,
    });
    const failed = report.checks.filter(({ passed }) => !passed).map(({ check, sample }) => `${check} (${sample})`);
    expect(failed, formatReport(report)).toEqual(Object.keys(known[protocol.name] ?? {}));
  },
  120_000,
);
