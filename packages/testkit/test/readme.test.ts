import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const require = createRequire(new URL('../../core/package.json', import.meta.url));
const jiti = join(dirname(require.resolve('jiti/package.json')), 'lib', 'jiti-cli.mjs');

it('the first example of the README prints what it says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-readme-'));
  try {
    const [, program] = /^```ts\n(.*?)^```/ms.exec(readme)!;
    const [, promise] = /console\.log\(formatReport\(report\)\); \/\/ (.*? checks)/.exec(program!)!;
    writeFileSync(join(folder, 'example.ts'), program!);
    const source = (name: string) => fileURLToPath(new URL(`../../${name}/src/index.ts`, import.meta.url));
    const alias = Object.fromEntries(['core', 'ebpf', 'testkit'].map((name) => [`@sonde/${name}`, source(name)]));
    const output = execFileSync(process.execPath, [jiti, join(folder, 'example.ts')], {
      env: { ...process.env, JITI_ALIAS: JSON.stringify(alias) },
      encoding: 'utf8',
    });
    expect(output).toContain(promise);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
