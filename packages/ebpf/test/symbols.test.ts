import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mappedObjects, ObjectRegistry, ObjectSymbols, probeFeature, SymbolCache } from '@sonde/ebpf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { u32s, u64At } from './support/bytes.js';
import { testObject } from './support/test-object.js';

/** A library and a program that loads it when it is told to, and then calls it as often as it is told. */
const library = `int plugin_work(int x) { return x * 3 + 1; }`;
const program = `
#include <dlfcn.h>
#include <stdio.h>
int main(int count, char **words) {
  char line[64];
  int (*work)(int) = 0, total = 0, calls;
  puts("started"); fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    if (!work) work = dlsym(dlopen(words[1], RTLD_NOW), "plugin_work");
    if (sscanf(line, "%d", &calls) == 1) while (calls-- > 0) total += work(calls);
    printf("%d\\n", total); fflush(stdout);
  }
  return 0;
}`;

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'symbols-'));
  writeFileSync(join(directory, 'plugin.c'), library);
  writeFileSync(join(directory, 'main.c'), program);
  const cc = (...args: string[]) => execFileSync('gcc', args, { cwd: directory });
  cc('-O1', '-fcf-protection=branch', '-shared', '-fPIC', 'plugin.c', '-o', 'plugin.so');
  cc('-O1', 'main.c', '-o', 'main', '-ldl');
});

afterAll(() => rmSync(directory, { recursive: true }));

/** The program, and how to have it answer one line. */
async function start() {
  const child = spawn(join(directory, 'main'), [join(directory, 'plugin.so')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answer = () => new Promise((resolve) => child.stdout.once('data', resolve));
  await answer();
  return {
    pid: child.pid as number,
    async say(line: string) {
      const answered = answer();
      child.stdin.write(`${line}\n`);
      await answered;
    },
    async [Symbol.asyncDispose]() {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await exited;
    },
  };
}

describe('symbols of a running process', () => {
  test('a library is found when the process has opened it, and not before', async () => {
    await using child = await start();
    const registry = new ObjectRegistry();
    expect(registry.scan(child.pid).appeared.map(({ path }) => path)).toContain(join(directory, 'main'));
    await child.say('1');
    const { appeared } = registry.scan(child.pid);
    expect(appeared.map(({ path }) => path)).toEqual([join(directory, 'plugin.so')]);
    using cache = new SymbolCache();
    expect(cache.get(appeared[0]!).plan('plugin_work')).toMatchObject({ steppedOver: 4, symbol: 'plugin_work' });
  });

  test('a library that was replaced on disk is still read as it is mapped', async () => {
    const path = join(directory, 'plugin.so');
    copyFileSync(path, `${path}.kept`);
    try {
      await using child = await start();
      await child.say('1');
      rmSync(path);
      writeFileSync(path, 'not even an ELF file');
      const object = mappedObjects(child.pid).find((candidate) => candidate.path === path)!;
      expect(object.deleted).toBe(true);
      using symbols = ObjectSymbols.open(object.file);
      expect(symbols.plan('plugin_work').offset).toBeGreaterThan(0);
    } finally {
      rmSync(path);
      copyFileSync(`${path}.kept`, path);
    }
  });

  test.skipIf(probeFeature('uprobe') !== 'yes')('a uprobe at the planned place is hit once for each call', async () => {
    await using child = await start();
    await child.say('0');
    const object = mappedObjects(child.pid).find(({ path }) => path.endsWith('/plugin.so'))!;
    using symbols = ObjectSymbols.open(object.file);
    const { path, offset, steppedOver } = symbols.plan('plugin_work');
    expect(steppedOver).toBe(4);
    const spec = testObject('attach');
    const autoload = Object.fromEntries(spec.programs.map(({ name }) => [name, name === 'on_uprobe']));
    using loaded = spec.load({ autoload, rodata: { target_pid: child.pid } });
    loaded.program('on_uprobe').attachUprobe({ path, offset });
    await child.say('1000');
    // Slot 5 of `counts`: see attach.bpf.c.
    expect(u64At(loaded.map('counts').lookup(u32s(5))!)).toBe(1000);
  });
});
