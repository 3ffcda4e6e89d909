import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { assertConforms, exporterConformance, formatReport } from '@sonde/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { __camel__ } from './index.js';

const lines: string[] = [];
const server = createServer(async (request, response) => {
  lines.push(...(await text(request)).split('\n').filter((line) => line !== ''));
  response.writeHead(204).end();
});

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => server.close());

it('conforms to the exporter API, and what it sends is JSON', async () => {
  const { port } = server.address() as AddressInfo;
  const report = await exporterConformance(__camel__, {
    options: { url: `http://127.0.0.1:${port}/`, stopMs: 500 },
    sendTo: (url) => ({ url }),
  });
  console.log(formatReport(report));
  assertConforms(report);
  expect(lines.map((line) => JSON.parse(line)).some(({ protocol }) => protocol === 'conformance')).toBe(true);
}, 60_000);
