import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

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
