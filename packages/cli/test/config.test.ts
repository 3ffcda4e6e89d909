import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { probeFeature } from '@sonde/ebpf';
import { describe, expect, it } from 'vitest';
import { sonde, temporaryFolder, withBuiltCommand } from './sonde.js';

withBuiltCommand();
const root = fileURLToPath(new URL('../../..', import.meta.url));
const canObserve = process.getuid?.() === 0 && probeFeature('tp_btf') === 'yes';

/** Beside the packages of this repository, as a user's project is beside those that it installed. */
const project = temporaryFolder(join(root, 'node_modules'));

function configure(name: string, content: string): string {
  const file = join(project, name);
  writeFileSync(file, content);
  return file;
}

describe('a configuration', () => {
  configure('broken.mjs', 'export default {\n  probes: ,\n};');
  configure('lacking.mjs', "import l9 from '@sonde/probe-l9';\nexport default { probes: [l9()] };");

  it.each([
    ['broken.mjs', /^error: .*broken\.mjs: Unexpected token ',' \[CONFIG_UNREADABLE\]\n {2}hint: node --check .*\n$/],
    ['lacking.mjs', /^error: .*Cannot find package '@sonde\/probe-l9'.*\n {2}hint: .*npm install @sonde\/probe-l9\n$/],
  ])("that can't be read, %s, takes a line to say so, and one for what to do", async (name, message) => {
    const { status, stderr } = await sonde(['run', '-c', join(project, name)]);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
});

describe.skipIf(!canObserve)("the JSON in core's README", () => {
  it('runs with the packages that it names', async () => {
    const readme = readFileSync(join(root, 'packages/core/README.md'), 'utf8');
    const json = /```json\n([\s\S]+?)```/.exec(readme)?.[1] as string;
    const file = configure('sonde.config.json', json);
    const { status, stderr } = await sonde(['run', '-c', file, '--duration', '200ms']);
    expect(stderr).toMatch(/^ready: probes l7; observing comm=nginx$/m);
    expect(status).toBe(0);
  });

  it('may name every probe and exporter that comes along', async () => {
    const probes = { '@sonde/probe-l7': {}, '@sonde/probe-flowtracer': {} };
    const exporters = { '@sonde/exporter-prometheus': { port: 0 }, '@sonde/exporter-otlp': {} };
    const file = configure('all.json', JSON.stringify({ probes, exporters, targets: ['comm=nginx'] }));
    const { status, stderr } = await sonde(['run', '-c', file, '--output', 'none', '--duration', '200ms']);
    expect(stderr).toMatch(/^ready: probes l7, flowtracer; observing comm=nginx; prometheus at http:\S+$/m);
    expect(status).toBe(0);
  });
});
