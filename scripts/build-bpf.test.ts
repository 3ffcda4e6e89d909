import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('./build-bpf.mjs', import.meta.url));
const PROGRAM = `#include <sonde/shared.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
char LICENSE[] SEC("license") = "Dual BSD/GPL";
SEC("tp_btf/sched_process_exec") int on_exec(void *context) { return VALUE; }
`;

function tree(): string {
  const root = mkdtempSync(join(tmpdir(), 'sonde-build-'));
  mkdirSync(join(root, 'bpf/include/sonde'), { recursive: true });
  mkdirSync(join(root, 'bpf/sample'), { recursive: true });
  writeFileSync(join(root, 'bpf/include/sonde/shared.h'), '#define VALUE 0\n');
  writeFileSync(join(root, 'bpf/sample/sample.bpf.c'), PROGRAM);
  return root;
}

const build = (root: string) =>
  new Promise<{ status: number; text: string }>((resolve) => {
    execFile(process.execPath, [script, root], (error, _out, text) => {
      resolve({ status: error === null ? 0 : Number(error.code), text });
    });
  });

describe('build-bpf', () => {
  let root: string;
  const objects = () => join(root, 'packages/probe-sample/bpf');

  beforeEach(() => {
    root = tree();
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('builds for both architectures, then only what has changed', async () => {
    expect((await build(root)).text).toContain('2 of 2');
    expect(readdirSync(objects()).sort()).toEqual(['sample.arm64.bpf.o', 'sample.x86_64.bpf.o']);
    expect(await build(root)).toEqual({ status: 0, text: '' });
    writeFileSync(join(root, 'bpf/include/sonde/shared.h'), '#define VALUE 1\n');
    expect((await build(root)).text).toContain('2 of 2');
    rmSync(join(objects(), 'sample.arm64.bpf.o'));
    expect((await build(root)).text).toContain('1 of 2');
  });

  it('gives the same bytes wherever the sources lie, without debug sections', async () => {
    const elsewhere = tree();
    await Promise.all([build(root), build(elsewhere)]);
    const name = 'packages/probe-sample/bpf/sample.x86_64.bpf.o';
    const bytes = readFileSync(join(root, name));
    expect(bytes.equals(readFileSync(join(elsewhere, name)))).toBe(true);
    expect(bytes.includes('.BTF')).toBe(true);
    expect(bytes.includes('.debug_info')).toBe(false);
    rmSync(elsewhere, { recursive: true });
  });

  it('ends with one clear line when a program does not compile, and leaves no half object', async () => {
    writeFileSync(join(root, 'bpf/sample/sample.bpf.c'), PROGRAM.replace('VALUE', 'NOTHING'));
    const { status, text } = await build(root);
    expect(status).toBe(1);
    expect(text.trim().split('\n').at(-1)).toMatch(/^error: bpf\/sample\/sample\.bpf\.c doesn't compile for x86_64/);
    expect(readdirSync(objects())).toEqual([]);
  });
});
