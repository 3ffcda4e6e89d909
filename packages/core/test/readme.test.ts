import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as core from '@sonde/core';
import { objectPath, probeFeature } from '@sonde/ebpf';
import { describe, expect, it } from 'vitest';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const jiti = join(dirname(createRequire(import.meta.url).resolve('jiti/package.json')), 'lib', 'jiti-cli.mjs');
const possible =
  probeFeature('tp_btf') === 'yes' && existsSync(objectPath(new URL('../../probe-l7/bpf/', import.meta.url), 'socket'));
if (!possible) console.warn('the first agent of the README is not run: no tp_btf here, or the objects are not built');

describe('README', () => {
  it.skipIf(!possible)('its first agent prints requests', async () => {
    const server = createServer((_, response) => response.end('fine')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const folder = mkdtempSync(join(tmpdir(), 'sonde-readme-'));
    let agent: ChildProcess | null = null;
    let timer: NodeJS.Timeout | undefined;
    try {
      const [, program] = /^```js\n(.*?)^```/ms.exec(readme)!;
      writeFileSync(join(folder, 'first.ts'), program!.replace('port=8080', `port=${port}`));
      const alias = Object.fromEntries(
        ['core', 'ebpf', 'probe-l7'].map((name) => [`@sonde/${name}`, here(`../../${name}/src/index.ts`)]),
      );
      agent = spawn(process.execPath, [jiti, join(folder, 'first.ts')], {
        env: { ...process.env, JITI_ALIAS: JSON.stringify(alias) },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      timer = setInterval(() => get({ port, host: '127.0.0.1', path: '/hello' }, (response) => response.resume()), 50);
      let output = '';
      agent.stdout!.on('data', (bytes) => {
        output += bytes;
      });
      expect(await once(agent, 'exit')).toEqual([0, null]);
      const [first, ...lines] = output.trim().split('\n');
      expect(first).toBe('observing');
      expect(lines).toHaveLength(5);
      for (const line of lines) expect(line).toMatch(/^GET( \/\S*)? 200 [0-9.]+ ms \S+$/);
    } finally {
      clearInterval(timer);
      agent?.kill('SIGKILL');
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('names only options and functions that there are', () => {
    const table = /\| option .*?\n\n/s.exec(readme)![0];
    const options = [...table.matchAll(/^\| (`.*?) +\|/gm)].flatMap(([, cell]) => [...cell!.matchAll(/`(\w+)/g)]);
    const known = Object.keys(core.agentSchema.shape);
    expect(options.map(([, name]) => name).sort()).toEqual(known.sort());
    for (const name of [
      'createAgent',
      'loadConfig',
      'defineConfig',
      'defineProbe',
      'defineProtocol',
      'override',
      'CLOCK',
    ]) {
      expect(core).toHaveProperty(name);
    }
  });
});
