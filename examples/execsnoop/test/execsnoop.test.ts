import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Btf, generateDecoders, probeFeature } from '@sonde/ebpf';
import { beforeAll, describe, expect, test } from 'vitest';
import { startExample } from '../../../packages/ebpf/test/support/start-example.js';

const folder = fileURLToPath(new URL('..', import.meta.url));

describe.skipIf(probeFeature('privileges') !== 'yes')('execsnoop', () => {
  beforeAll(() => {
    execFileSync('npm', ['run', '--silent', 'build:bpf'], { cwd: folder });
  });

  test('prints every program with its arguments, its parent and its user, in order', async () => {
    await using example = await startExample(folder);
    const words = ['two words', "it's", 'ünicode', `mark-${process.pid}`];
    for (const word of words) execFileSync('/bin/true', [word], { argv0: 'truth' });
    execFileSync('/bin/true', ['x'.repeat(6000), 'beyond']);
    const output = await example.interrupt();
    const mine = output.split('\n').filter((line) => line.split(/ +/)[2] === String(process.pid));
    expect(mine.map((line) => line.replace(/^ *\d+ +\d+ +/, ''))).toEqual([
      "0  truth 'two words'",
      `0  truth 'it'\\''s'`,
      "0  truth 'ünicode'",
      `0  truth mark-${process.pid}`,
      expect.stringMatching(/^0 {2}\/bin\/true x{4000,4096} …$/),
    ]);
  });

  test('takes no arguments, and says so', async () => {
    const usage = 'usage: node dist/index.js   prints every';
    await expect(startExample(folder, ['5'])).rejects.toThrow(`it ended with 2: ${usage}`);
    await expect(startExample(folder, ['--help'])).rejects.toThrow(`it ended with 0: ${usage}`);
  });

  test('reads records by decoders that are up to date', () => {
    const btf = Btf.open(`${folder}/dist/execsnoop.bpf.o`);
    const expected = generateDecoders(btf, { structs: ['exec_event'], origin: 'bpf2ts from execsnoop.bpf.o' });
    expect(readFileSync(`${folder}/src/execsnoop.gen.ts`, 'utf8')).toBe(expected);
  });
});
