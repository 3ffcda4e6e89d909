import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { discoverPlugins } from './discover.js';
import { makeProbe } from './load-factory.js';
import { loadProtocols, mergeProtocols } from './load-protocol.js';
import { findPackage, packageEntry } from './package-entry.js';

const folder = mkdtempSync(join(tmpdir(), 'plugins-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(path: string, content: string | object): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const protocol = (name: string) => `{
  kind: 'protocol', apiVersion: 1, name: '${name}', description: '', support: { versions: [], limits: [] },
  match: 'fifo', metric: { name: 'x' }, detect: { rules: [{ direction: 'request', ports: [1] }] },
  createStream: () => ({ read: () => 0 }), describe: () => ({ name: 'x', status: null, error: null }),
}`;
const esm = (name: string) => ({
  name,
  version: '1.2.3',
  type: 'module',
  exports: { '.': { types: './x.d.ts', import: './main.js' } },
});

write('project/package.json', { name: 'project' });
write('project/node_modules/one/package.json', {
  ...esm('one'),
  keywords: ['sonde-plugin'],
  sonde: { protocols: ['one'] },
});
write('project/node_modules/one/main.js', `export default ${protocol('one')};`);
write('project/node_modules/@team/two/package.json', {
  ...esm('@team/two'),
  keywords: ['sonde-plugin'],
  sonde: { probes: ['two'] },
});
write(
  'project/node_modules/@team/two/main.js',
  `export const two = (options) => ({ kind: 'probe', definition: { name: 'two' }, options });`,
);
write('project/node_modules/other/package.json', { name: 'other', main: './lib/other.js' });
write('project/node_modules/other/lib/other.js', 'module.exports = 1;');
write('project/node_modules/broken/package.json', '{ no json');
write('project/deep/below/file.txt', '');
write('outside/node_modules/one/package.json', { name: 'one', version: '9.9.9', keywords: ['sonde-plugin'] });
write('project/parsers/named.js', `export const protocol = ${protocol('named')};`);
write('project/parsers/several.mjs', `export default [${protocol('first')}, ${protocol('second')}];`);
write('project/parsers/typed.ts', `const name: string = 'typed';\nexport default ${protocol('typed')};`);
write('project/parsers/nothing.mjs', 'export const protocol = 5;');
write('project/parsers/throws.mjs', "throw new Error('at load');");
write('project/parsers/lacking.mjs', "import 'no-such-package';");
write('project/parsers/invalid.mjs', `export default { ...${protocol('x')}, name: 'Not Lower' };`);
const project = join(folder, 'project');

describe('plugins', () => {
  it('are found by their keyword, in the directory and above it', () => {
    const found = discoverPlugins(join(project, 'deep', 'below'));
    expect(found).toContainEqual({
      name: 'one',
      version: '1.2.3',
      directory: join(project, 'node_modules', 'one'),
      probes: [],
      protocols: ['one'],
      exporters: [],
      processors: [],
    });
    expect(found).toContainEqual(expect.objectContaining({ name: '@team/two', probes: ['two'] }));
    expect(found.map(({ name }) => name)).not.toContain('other');
  });
});

describe('the entry of a package', () => {
  it.each([
    [{ exports: './a.js' }, 'a.js'],
    [{ exports: { import: './b.js', require: './a.js' } }, 'b.js'],
    [{ exports: { '.': { node: { import: './c.js' }, default: './a.js' } } }, 'c.js'],
    [{ exports: { '.': [{ worker: './a.js' }, './b.js'] } }, 'b.js'],
    [{ exports: { './package.json': './package.json' } }, null],
    [{ main: './c.js' }, 'c.js'],
    [{}, 'index.js'],
  ])('follows what %j says', (manifest, file) => {
    for (const name of ['a.js', 'b.js', 'c.js', 'index.js']) write(`entry/${name}`, '');
    const directory = join(folder, 'entry');
    const entry = packageEntry({ directory, manifest });
    expect(entry).toBe(file === null ? null : join(directory, file));
  });

  it('is looked for upwards', () => {
    expect(findPackage('other', join(project, 'deep', 'below'))?.directory).toBe(
      join(project, 'node_modules', 'other'),
    );
    expect(findPackage('no-such-package', project)).toBeNull();
  });
});

describe('--parser', () => {
  const names = async (specifier: string) => (await loadProtocols(specifier, project)).map(({ name }) => name);

  it.each([
    ['a package', 'one', ['one']],
    ['a file', './parsers/named.js', ['named']],
    ['a file without ./', 'parsers/named.js', ['named']],
    ['a file by its whole path', join(folder, 'project/parsers/several.mjs'), ['first', 'second']],
    ['a TypeScript file', './parsers/typed.ts', ['typed']],
    ['the folder of a package', './node_modules/one', ['one']],
  ])('takes %s', async (_what, specifier, expected) => {
    expect(await names(specifier)).toEqual(expected);
  });

  it.each([
    ['no-such-package', 'PLUGIN_NOT_FOUND', /npm install no-such-package/],
    ['./no/such/file.js', 'PLUGIN_NOT_FOUND', /no module at/],
    ['./parsers/throws.mjs', 'PLUGIN_BROKEN', /Import .* with node/],
    ['./parsers/lacking.mjs', 'PLUGIN_BROKEN', /npm install no-such-package/],
    ['./parsers/nothing.mjs', 'PLUGIN_INVALID', /defineProtocol/],
    ['./parsers/invalid.mjs', 'PROTOCOL_INVALID', undefined],
  ])('refuses %s with %s', async (specifier, code, hint) => {
    const error = await loadProtocols(specifier, project).catch((thrown) => thrown);
    expect(error).toMatchObject({ code });
    if (hint) expect(error.hint).toMatch(hint);
  });

  it('is not kept in a folder that others may write to', async () => {
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    vi.stubEnv('TMPDIR', temporary);
    write('project/parsers/fresh.ts', `const name: string = 'fresh';\nexport default ${protocol('fresh')};`);
    expect(await names('./parsers/fresh.ts')).toEqual(['fresh']);
    vi.unstubAllEnvs();
    expect(readdirSync(temporary)).toEqual([]);
    expect(readdirSync(join(project, 'node_modules'))).not.toContain('.cache');
  });

  it('may replace a built-in protocol', async () => {
    const [mine] = await loadProtocols('one', project);
    const builtin = { ...mine!, description: 'built in' };
    expect(mergeProtocols([builtin], [mine!]).map(({ description }) => description)).toEqual(['']);
  });
});

describe('--probe', () => {
  it('names the nearest one that is installed', async () => {
    await expect(makeProbe('l8')).rejects.toMatchObject({ code: 'PROBE_UNKNOWN', hint: "Did you mean 'l7'?" });
  });
});
