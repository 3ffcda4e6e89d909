import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProcFileSystem } from './proc-file-system.js';

describe('ProcFileSystem on a made-up /proc', () => {
  let root: string;
  let proc: ProcFileSystem;

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'sonde-proc-'));
    proc = new ProcFileSystem(root);
    mkdirSync(join(root, '42'));
    mkdirSync(join(root, 'self'));
    // Each field from the fifth on holds its own number in proc_pid_stat(5).
    const rest = Array.from({ length: 48 }, (_, index) => index + 5).join(' ');
    writeFileSync(join(root, '42/stat'), `42 (a) b (c) S 7 ${rest}`);
    writeFileSync(join(root, '42/cmdline'), 'node\0server.js\0\0--port=1\0');
    writeFileSync(join(root, '42/environ'), 'A=1\0OTEL_SERVICE_NAME=shop=1\0=odd\0NOTHING');
    writeFileSync(join(root, '42/cgroup'), '4:cpu,cpuacct:/v1\n1:name=systemd:/named:with:colons\n0::/v2\n');
    symlinkSync('/usr/bin/gone (deleted)', join(root, '42/exe'));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it('lists processes, and nothing else that lies in /proc', () => {
    expect(proc.pids()).toEqual([42]);
  });

  it('reads a name with spaces and parentheses', () => {
    expect(proc.stat(42)).toMatchObject({ comm: 'a) b (c', ppid: 7 });
  });

  it('reads the start time from field 22', () => {
    expect(proc.stat(42)?.startTime).toBe(22);
  });

  it('keeps empty arguments', () => {
    expect(proc.commandLine(42)).toEqual(['node', 'server.js', '', '--port=1']);
  });

  it('takes the note that a file was deleted from its path', () => {
    expect(proc.executable(42)).toBe('/usr/bin/gone');
  });

  it('gives only the variables that were asked for', () => {
    expect(proc.environment(42, ['OTEL_SERVICE_NAME', 'NOTHING', 'MISSING'])).toEqual({ OTEL_SERVICE_NAME: 'shop=1' });
  });

  it('gives cgroup paths, v2 first', () => {
    expect(proc.cgroups(42)).toEqual(['/v2', '/v1', '/named:with:colons']);
  });

  it('knows nothing of a process that is gone, and does not throw', () => {
    expect(proc.stat(43)).toBeNull();
    expect(proc.executable(43)).toBeNull();
    expect(proc.commandLine(43)).toEqual([]);
    expect(proc.environment(43, ['A'])).toEqual({});
    expect(proc.cgroups(43)).toEqual([]);
    expect(new ProcFileSystem('/nowhere').pids()).toEqual([]);
  });
});

describe('ProcFileSystem on /proc', () => {
  it('sees a real child, and its end', async () => {
    const child = spawn('sleep', ['60'], { env: { ...process.env, SONDE_TEST: 'yes' } });
    try {
      await once(child, 'spawn');
      const pid = child.pid!;
      const proc = new ProcFileSystem();
      await expect.poll(() => proc.stat(pid)?.comm).toBe('sleep');
      expect(proc.pids()).toContain(pid);
      expect(proc.stat(pid)).toMatchObject({ ppid: process.pid, startTime: expect.any(Number) });
      expect(proc.stat(pid)!.startTime).toBeGreaterThan(0);
      expect(proc.commandLine(pid)).toEqual(['sleep', '60']);
      expect(proc.executable(pid)).toMatch(/\/(sleep|coreutils|busybox)$/);
      expect(proc.environment(pid, ['SONDE_TEST'])).toEqual({ SONDE_TEST: 'yes' });
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(proc.stat(pid)).toBeNull();
    } finally {
      child.kill('SIGKILL');
    }
  });
});
