import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPackage } from './create-package.js';
import { KINDS } from './kinds.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'create-sonde-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');

describe.each(Object.keys(KINDS))('a package with a %s', (kind) => {
  it('has a name in every place, and no place left open', async () => {
    const { directory, files } = await createPackage({ kind, name: 'my-cache', from: folder });
    expect(directory).toBe(join(folder, `sonde-${kind}-my-cache`));
    for (const file of files) {
      expect(file + readFileSync(join(directory, file), 'utf8')).not.toMatch(/__[a-z]+__(?!\()(?!\))/);
    }
    expect(files).toEqual(expect.arrayContaining(['.gitignore', 'LICENSE', 'README.md', 'package.json']));
  });

  it('is found by sonde, shares core with it, and asks for the versions that it was tested with', async () => {
    await createPackage({
      kind,
      name: '@acme/tally',
      directory: 'x',
      description: 'Counts',
      author: 'A',
      from: folder,
    });
    const manifest = JSON.parse(read('x', 'package.json'));
    const list = { parser: 'protocols', probe: 'probes', exporter: 'exporters' }[kind]!;
    expect(manifest).toMatchObject({
      name: '@acme/tally',
      description: 'Counts',
      author: 'A',
      sonde: { [list]: ['tally'] },
    });
    expect(manifest.keywords).toContain('sonde-plugin');
    const { version } = JSON.parse(readFileSync(join(root, 'packages/core/package.json'), 'utf8'));
    expect(manifest.peerDependencies['@sonde/core']).toBe(`^${version}`);
    for (const wanted of Object.values({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(wanted).toMatch(/^\^\d+\.\d+\.\d+$/);
    }
  });

  it('stays valid whatever its description says', async () => {
    const description = `It's "odd" \\ */ \${x}\nof two lines`;
    const { directory } = await createPackage({ kind, name: 'odd', description, from: folder });
    const source = readFileSync(join(directory, 'src/index.ts'), 'utf8');
    const literal = /description: ('(?:\\.|[^'\\])*'),/.exec(source)![1]!;
    const module = await import(`data:text/javascript,export default ${encodeURIComponent(literal)}`);
    expect(module.default).toBe(`It's "odd" \\ */ \${x} of two lines`);
  });
});

/** The text as this repository formats it: names are of different lengths, so lines break elsewhere. */
function format(path: string, input: string): string {
  const biome = join(root, 'node_modules/.bin/biome');
  return execFileSync(biome, ['format', `--stdin-file-path=${path}`], { cwd: root, input, encoding: 'utf8' });
}

describe('the examples of this repository', () => {
  it.each(['src/index.ts', 'src/index.test.ts', 'samples/counters.jsonl'])(
    'third-party-parser/%s is what it makes',
    async (file) => {
      await createPackage({
        kind: 'parser',
        name: 'tally',
        description: 'Tally counters',
        directory: 'x',
        from: folder,
      });
      const example = join('examples/third-party-parser', file);
      const made = file.endsWith('.ts') ? format(example, read('x', file)) : read('x', file);
      expect(made).toBe(readFileSync(join(root, example), 'utf8'));
    },
  );

  it('third-party-probe has the program and the decoders that it makes', async () => {
    await createPackage({ kind: 'probe', name: 'signals', directory: 'x', from: folder });
    for (const file of ['src/signals.bpf.c', 'src/signals.gen.ts', 'src/signals-probe.ts']) {
      expect(read('x', file)).toBe(readFileSync(join(root, 'examples/third-party-probe', file), 'utf8'));
    }
  });
});

describe('a folder', () => {
  it('that is not empty is refused and left as it is', async () => {
    mkdirSync(join(folder, 'x'));
    writeFileSync(join(folder, 'x', 'mine.txt'), 'mine');
    await expect(createPackage({ kind: 'parser', name: 'a', directory: 'x', from: folder })).rejects.toMatchObject({
      code: 'FOLDER_NOT_EMPTY',
      message: expect.stringContaining("it holds 'mine.txt'"),
    });
    expect(readdirSync(join(folder, 'x'))).toEqual(['mine.txt']);
  });

  it('that is a file is refused', async () => {
    writeFileSync(join(folder, 'x'), '');
    await expect(createPackage({ kind: 'parser', name: 'a', directory: 'x', from: folder })).rejects.toMatchObject({
      code: 'FOLDER_NOT_EMPTY',
    });
  });

  it('that holds nothing but a repository is used', async () => {
    mkdirSync(join(folder, '.git'));
    const { directory } = await createPackage({ kind: 'exporter', name: 'a', directory: '.', from: folder });
    expect(directory).toBe(folder);
    expect(existsSync(join(folder, 'src/a-exporter.ts'))).toBe(true);
  });

  it('that can not be written is an error with a reason', async () => {
    writeFileSync(join(folder, 'file'), '');
    const made = createPackage({ kind: 'parser', name: 'a', directory: 'file/below', from: folder });
    await expect(made).rejects.toMatchObject({ code: 'WRITE_FAILED', message: expect.stringContaining('ENOTDIR') });
    expect(statSync(join(folder, 'file')).size).toBe(0);
  });

  it('is not made where the kind or the name is wrong', async () => {
    await expect(createPackage({ kind: 'plugin', name: 'a', from: folder })).rejects.toMatchObject({
      code: 'KIND_UNKNOWN',
    });
    await expect(createPackage({ kind: 'toString', name: 'a', from: folder })).rejects.toMatchObject({
      code: 'KIND_UNKNOWN',
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});
