import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Btf, generateDecoders, probeFeature } from '@sonde/ebpf';
import { beforeAll, describe, expect, test } from 'vitest';
import { startExample } from '../../../packages/ebpf/test/support/start-example.js';

const folder = fileURLToPath(new URL('..', import.meta.url));

describe.skipIf(probeFeature('privileges') !== 'yes')('syscount', () => {
  beforeAll(() => {
    execFileSync('npm', ['run', '--silent', 'build:bpf'], { cwd: folder });
  });

  test('counts the system calls of a process that makes a known number of them', async () => {
    await using example = await startExample(folder, ['60']);
    // Reads and writes one byte at a time: two calls for each.
    const dd = spawn('dd', ['if=/dev/zero', 'of=/dev/null', 'bs=1', 'count=20000'], { stdio: 'ignore' });
    const { pid } = dd;
    await new Promise((resolve) => dd.on('exit', resolve));
    const output = await example.interrupt();
    expect(output).toMatch(/^ {3}COUNT {6}PID {2}COMM\n/);
    const row = new RegExp(`^ *(\\d+) +${pid} {2}(\\S+)$`, 'm').exec(output);
    expect(row?.[2]).toBe('dd');
    expect(Number(row?.[1])).toBeGreaterThanOrEqual(40_000);
    expect(Number(row?.[1])).toBeLessThan(40_500);
    expect(output).not.toMatch(new RegExp(` ${example.pid} `));
  });

  test('ends by itself when its time is over', async () => {
    await using example = await startExample(folder, ['0.2']);
    expect(await example.end()).toMatch(/COUNT/);
  });

  test.each([
    ['abc', 2],
    ['-1', 2],
    ['0', 2],
    ['Infinity', 2],
    ['--help', 0],
  ])('shows its usage for %s, and ends with %d', async (argument, status) => {
    const usage = `it ended with ${status}: usage: node dist/index.js [SECONDS]`;
    await expect(startExample(folder, [argument])).rejects.toThrow(usage);
  });

  test('reads records by decoders that are up to date', () => {
    const btf = Btf.open(`${folder}/dist/syscount.bpf.o`);
    const expected = generateDecoders(btf, { structs: ['calls'], origin: 'bpf2ts from syscount.bpf.o' });
    expect(readFileSync(`${folder}/src/syscount.gen.ts`, 'utf8')).toBe(expected);
  });
});
