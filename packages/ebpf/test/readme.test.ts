import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as sonde from '@sonde/ebpf';
import { probeFeature } from '@sonde/ebpf';
import { describe, expect, test } from 'vitest';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const sources = fileURLToPath(new URL('../src/index.ts', import.meta.url));
const jiti = join(dirname(createRequire(import.meta.url).resolve('jiti/package.json')), 'lib', 'jiti-cli.mjs');

/** The first code block in a language. */
function block(language: string): string {
  return new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(readme)?.[1] as string;
}

describe('README', () => {
  test.skipIf(probeFeature('tp_btf') !== 'yes')('its first program does what it says', () => {
    const directory = mkdtempSync(join(tmpdir(), 'readme-'));
    try {
      writeFileSync(join(directory, 'hello.bpf.c'), block('c'));
      writeFileSync(join(directory, 'hello.mjs'), block('js'));
      const compiler = process.env['CLANG'] ?? 'clang-16';
      execFileSync('sh', ['-ec', block('sh').replace(/^clang /, `${compiler} `)], { cwd: directory });
      const output = execFileSync(process.execPath, [jiti, 'hello.mjs'], {
        cwd: directory,
        encoding: 'utf8',
        env: { ...process.env, JITI_ALIAS: JSON.stringify({ '@sonde/ebpf': sources }) },
      });
      const counted = /^programs started: (\d+)n$/m.exec(output)?.[1];
      expect(Number(counted)).toBeGreaterThanOrEqual(3);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('names nothing that the package does not export', () => {
    const tour = /## The three stages.*?## Records/s.exec(readme)?.[0] as string;
    const names = [...tour.matchAll(/\b(?:new )?([A-Z]\w+|[a-z]+[A-Z]\w*)\(/g)].map((match) => match[1] as string);
    const methods = new Set(
      [
        sonde.ObjectSpec,
        sonde.BpfObject,
        sonde.BpfProgram,
        sonde.BpfMap,
        sonde.RingReader,
        sonde.ObjectSymbols,
      ].flatMap((type) => [...Object.getOwnPropertyNames(type), ...Object.getOwnPropertyNames(type.prototype)]),
    );
    expect(names).toContain('RingReader');
    for (const name of names) {
      if (name === 'onRecord' || name === 'URL') continue;
      expect(name in sonde || methods.has(name), name).toBe(true);
    }
  });
});
