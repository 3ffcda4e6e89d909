import { readFileSync } from 'node:fs';
import { parserConformance, readSamples, sample } from '@sonde/testkit';
import { expect, it } from 'vitest';
import tally from './index.js';

const folder = new URL('../', import.meta.url);
const guide = readFileSync(new URL('../../docs/guides/write-a-parser.md', folder), 'utf8');
const snippets = [...guide.matchAll(/<!-- from (\S+) -->\n+```\w+\n([\s\S]*?)```/g)];

it('quotes this package in every snippet of code', () => {
  expect(snippets.length).toBe([...guide.matchAll(/^```(ts|json)$/gm)].length);
  expect(snippets.length).toBeGreaterThan(4);
});

it.each(snippets.map(([, file, code]) => [file!, code!]))('quotes %s as it is', (file, code) => {
  expect(readFileSync(new URL(file, folder), 'utf8')).toContain(code.trimEnd());
});

it('promises as many checks as there are', async () => {
  const samples = await readSamples(new URL('samples/', folder));
  const others = [sample('other', [['client', 'x']])];
  const { checks } = parserConformance(tally, { samples, others, cases: 1, fuzzMs: 0 });
  expect(guide).toContain(`tally conforms to parser API v1: ${checks.length} checks`);
});
