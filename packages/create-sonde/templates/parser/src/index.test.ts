import { assertConforms, exchangesFrom, formatReport, parserConformance, readSamples, sample } from '@sonde/testkit';
import { expect, it } from 'vitest';
import __camel__ from './index.js';

const samples = await readSamples(new URL('../samples/', import.meta.url));

it('tells what was asked, of which counter, and why it was refused', async () => {
  const exchanges = await exchangesFrom(__camel__, samples[0]!);
  expect(exchanges.map(({ name, request }) => `${name} ${request.resource}`)).toContain('add visits');
  expect(exchanges.filter(({ error }) => error !== null)).toMatchObject([
    { name: 'get', error: 'refused', response: { text: 'no such counter' }, attributes: { '__snake__.counter': 'nobody' } },
  ]);
});

it('conforms to the parser API', () => {
  const others = [
    sample('http', [
      ['client', 'GET / HTTP/1.1\r\n\r\n'],
      ['server', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ]),
  ];
  const report = parserConformance(__camel__, { samples, others, cases: 400, fuzzMs: 50 });
  console.log(formatReport(report));
  assertConforms(report);
}, 60_000);
