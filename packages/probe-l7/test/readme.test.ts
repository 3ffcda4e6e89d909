import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createAgent } from '@sonde/core';
import { expect, it } from 'vitest';
import { l7 } from '../src/index.js';
import { output, until } from './support/servers.js';

it('does what the first example of the README says', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, example] = /```js\n(.*?)```/s.exec(readme)!;
  const body = example!.replace(/^import .*$/gm, '');
  const server = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
  await until('the server', () => server.listening);
  const { port } = server.address() as { port: number };
  const lines: string[] = [];
  let stop: (() => Promise<void>) | undefined;
  const create = async (options: Parameters<typeof createAgent>[0]) => {
    // The agent leaves its own process out, and that is where this server is: curl is the one to be seen.
    const agent = await createAgent({ ...options, workers: 0 });
    stop = () => agent.stop();
    return agent;
  };
  const run = new Function(
    'createAgent',
    'l7',
    'console',
    `return (async () => {${body.replaceAll('8080', String(port))}})()`,
  );
  const running: Promise<void> = run(create, l7, { log: (...words: unknown[]) => lines.push(words.join(' ')) });
  await until('the agent', () => stop !== undefined);
  await output('curl', ['-s', `http://127.0.0.1:${port}/`]);
  await until('the line', () => lines.length > 0);
  await stop!();
  await running;
  server.close();
  expect(lines).toEqual([expect.stringMatching(/^client GET \/ 200 [\d.]+ ms$/)]);
});
