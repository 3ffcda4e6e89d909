// An embedding program: a real HTTP server is observed from the kernel, and its requests are printed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createAgent } from '@sonde/core';
import { l7 } from '@sonde/probe-l7';

const code = `const server = require('http').createServer((q, r) => r.end('hello')).listen(0, '127.0.0.1', () => console.log(server.address().port))`;
const server = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
const port = Number(String((await once(server.stdout, 'data'))[0]));

const agent = await createAgent({
  probes: [l7()],
  targets: [`pid=${server.pid}`],
  workers: Number(process.argv[2] ?? 1),
});
const spans = agent.spans();
for (let i = 0; i < 5; i++) await (await fetch(`http://127.0.0.1:${port}/hello/${i}`)).text();

let count = 0;
for await (const span of spans) {
  console.log(span.protocol, span.name, span.request.resource, span.status, `${span.durationNs} ns`);
  if (++count === 5) break;
}
await agent.stop();
server.kill();
