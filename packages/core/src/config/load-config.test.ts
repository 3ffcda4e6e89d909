import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from './load-config.js';

const FACTORY = `export default (options) => ({ kind: 'probe', definition: { name: 'x' }, options });`;

describe('loadConfig', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sonde-config-'));
    write('package.json', '{"type":"module"}');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  function write(name: string, content: string): string {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  }

  function install(name: string, source: string): void {
    const manifest = { name, type: 'module', exports: { '.': { types: './x.d.ts', default: './index.js' } } };
    write(`node_modules/${name}/package.json`, JSON.stringify(manifest));
    write(`node_modules/${name}/index.js`, source);
  }

  const refusal = (path?: string) =>
    loadConfig(path, folder).then(
      () => expect.unreachable('it was accepted'),
      (error) => error,
    );

  it('gives null where there is no file and none was named', async () => {
    expect(await loadConfig(undefined, folder)).toBeNull();
  });

  it('reads TypeScript, with its types and the packages that it imports', async () => {
    install('sonde-probe-x', FACTORY);
    write('part.ts', `export const targets: readonly string[] = ['comm=nginx'];`);
    write(
      'sonde.config.ts',
      `import x from 'sonde-probe-x';
       import { targets } from './part.ts';
       interface Options { size: number }
       const options = { size: 5 } satisfies Options;
       export default { targets, probes: [x(options)] };`,
    );
    expect(await loadConfig(undefined, folder)).toEqual({
      targets: ['comm=nginx'],
      probes: [{ kind: 'probe', definition: { name: 'x' }, options: { size: 5 } }],
    });
  });

  it.each(['sonde.config.js', 'sonde.config.mjs'])('reads %s, also a promise of a configuration', async (name) => {
    write(name, `export default Promise.resolve({ mask: false });`);
    expect(await loadConfig(undefined, folder)).toEqual({ mask: false });
  });

  it('prefers TypeScript, and takes a named file whatever its name', async () => {
    write('sonde.config.json', '{"mask": false}');
    write('sonde.config.ts', 'export default { mask: true as boolean };');
    write('other.json', '{"workers": 0}');
    expect(await loadConfig(undefined, folder)).toMatchObject({ mask: true });
    expect(await loadConfig('other.json', folder)).toMatchObject({ workers: 0 });
    expect(await loadConfig(join(folder, 'sonde.config.json'))).toMatchObject({ mask: false });
  });

  it('makes plugins of a JSON file by the names of their packages', async () => {
    install('@acme/probe-x', FACTORY);
    install('sonde-parser-y', `export default [{ kind: 'protocol', name: 'y' }];`);
    write('own.js', `export default { kind: 'protocol', name: 'own' };`);
    write(
      'sonde.config.json',
      JSON.stringify({
        $schema: 'https://example.org/sonde.json',
        probes: { '@acme/probe-x': { size: 5 } },
        protocols: ['sonde-parser-y', './own.js'],
        targets: ['port=80'],
      }),
    );
    expect(await loadConfig(undefined, folder)).toMatchObject({
      probes: [{ kind: 'probe', options: { size: 5 } }],
      protocols: [{ name: 'y' }, { name: 'own' }],
      targets: ['port=80'],
    });
  });

  it.each([
    [
      'sonde.config.ts',
      'export default { probs: [] };',
      'UNKNOWN_OPTION',
      /'probs' is not known; did you mean 'probes'/,
    ],
    ['sonde.config.js', 'export default { mask: 1 };', 'INVALID_OPTION', /option 'mask': .*boolean/],
    ['sonde.config.js', 'export default { workers: 3 };', 'INVALID_OPTION', /expected 0 or 1/],
    ['sonde.config.js', 'export default { targets: [80] };', 'INVALID_OPTION', /'targets.0': expected key=value/],
    ['sonde.config.js', 'export const x = 1;', 'CONFIG_FORMAT', /no default export/],
    ['sonde.config.js', 'export default {', 'CONFIG_UNREADABLE', /sonde\.config\.js: /],
    ['sonde.config.js', `import 'nowhere';`, 'CONFIG_UNREADABLE', /nowhere/],
    ['sonde.config.ts', 'export default {', 'CONFIG_UNREADABLE', /sonde\.config\.ts: /],
    ['sonde.config.json', '{"probes": {', 'CONFIG_UNREADABLE', /JSON/],
    ['sonde.config.json', '{"probes": ["l7"]}', 'INVALID_OPTION', /'probes'/],
    ['sonde.config.json', '{"probes": {"__proto__": {}}}', 'UNKNOWN_OPTION', /'probes.__proto__' is not known/],
    ['sonde.config.json', '{"overrides": []}', 'UNKNOWN_OPTION', /'overrides'/],
    ['sonde.config.json', '{"metrics": {"maxSerie": 1}}', 'UNKNOWN_OPTION', /'metrics.maxSerie'.*'maxSeries'/],
    [
      'sonde.config.json',
      '{"probes": {"@acme/none": {}}}',
      'PLUGIN_NOT_FOUND',
      /names @acme\/none, which is not installed/,
    ],
  ])('refuses %s with %s', async (name, content, code, message) => {
    write(name, content);
    expect(await refusal()).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it.each([
    ['{"probes": {"l7": {}}}', /^plugins go by the names of their packages: @sonde\/probe-l7\?$/],
    ['{"exporters": {"otlp": {}}}', /@sonde\/exporter-otlp\?$/],
    ['{"probes": {"sonde-probe-x": {}}}', /^npm install sonde-probe-x$/],
    ['{"probes": {"@acme/none": {}}}', /^npm install @acme\/none$/],
    ['{"protocols": ["http1"]}', /defineProtocol/],
    ['{"protocols": ["./own.js"]}', /folder of the configuration/],
  ])('says what to install or to name instead in %s', async (content, hint) => {
    write('sonde.config.json', content);
    expect(await refusal()).toMatchObject({ code: 'PLUGIN_NOT_FOUND', hint: expect.stringMatching(hint) });
  });

  it.each([
    ['await new Promise(() => {}); export default {};', 'CONFIG_UNREADABLE', /it awaits what never comes$/],
    ['export default new Promise(() => {});', 'CONFIG_FORMAT', /exports a promise that never settles$/],
  ])('gives up a configuration that nothing can settle any more: %s', async (content, code, message) => {
    write('sonde.config.mjs', content);
    const listeners = process.listenerCount('beforeExit');
    const refused = refusal();
    const left = setInterval(() => process.emit('beforeExit', 0), 200);
    expect(await refused).toMatchObject({ code, message: expect.stringMatching(message) });
    clearInterval(left);
    expect(process.listenerCount('beforeExit')).toBe(listeners);
  });

  it.each([
    [
      'sonde.config.ts',
      'export default {\n  a: 1,\n  b: ,\n}',
      /Unexpected token .*sonde\.config\.ts:3:\d+$/,
      undefined,
    ],
    ['sonde.config.ts', `import 'sonde-none';`, /Cannot find module 'sonde-none'$/, /npm install sonde-none$/],
    ['sonde.config.json', '{"workers":\n\n x}', /JSON/, undefined],
  ])('says on one line what is wrong in %s: %j', async (name, content, message, hint) => {
    write(name, content);
    const error = await refusal();
    expect(error).toMatchObject({ code: 'CONFIG_UNREADABLE', message: expect.stringMatching(message) });
    expect(error.message).not.toContain('\n');
    if (hint === undefined) expect(error.hint).toBeUndefined();
    else expect(error.hint).toMatch(hint);
  });

  it('leaves nothing of a TypeScript configuration in folders that others may write to', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'sonde-cache-'));
    vi.stubEnv('TMPDIR', temporary);
    install('sonde-probe-x', FACTORY);
    write('part.ts', 'export const mask = false;');
    write(
      'sonde.config.ts',
      `import x from 'sonde-probe-x'; import { mask } from './part.ts'; export default { mask };`,
    );
    expect(await loadConfig(undefined, folder)).toEqual({ mask: false });
    expect(readdirSync(temporary)).toEqual([]);
    expect(readdirSync(join(folder, 'node_modules'))).toEqual(['sonde-probe-x']);
    rmSync(temporary, { recursive: true });
  });

  it('refuses packages that are no plugins, and says what to name', async () => {
    install('broken', 'throw new Error("half a package");');
    install('value', 'export default 5;');
    write('a.json', '{"probes": {"broken": {}}}');
    write('b.json', '{"probes": {"value": {}}}');
    write('c.json', '{"protocols": ["value"]}');
    expect(await refusal('a.json')).toMatchObject({
      code: 'PLUGIN_INVALID',
      message: expect.stringContaining('half a package'),
      hint: expect.stringMatching(/^import .*index\.js with node/),
    });
    expect(await refusal('b.json')).toMatchObject({
      code: 'PLUGIN_INVALID',
      hint: expect.stringContaining('defineProbe'),
    });
    expect(await refusal('c.json')).toMatchObject({
      code: 'PLUGIN_INVALID',
      hint: expect.stringContaining('defineProtocol'),
    });
  });

  it('refuses a named file that is not there, and one of another kind', async () => {
    write('sonde.config.ts', 'export default {}');
    write('sonde.yaml', '');
    expect(await refusal('sonde.confg.ts')).toMatchObject({
      code: 'CONFIG_NOT_FOUND',
      message: "there is no configuration sonde.confg.ts; did you mean 'sonde.config.ts'?",
    });
    expect(await refusal('sonde.yaml')).toMatchObject({ code: 'CONFIG_FORMAT' });
    expect(await refusal('.')).toMatchObject({ code: 'CONFIG_NOT_FOUND' });
  });
});
