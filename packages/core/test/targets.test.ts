import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BpfMap, defaultBackend, probeFeature } from '@sonde/ebpf';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ProcFileSystem } from '../src/identity/proc-file-system.js';
import { collectingLogger } from '../src/runtime/loggers.js';
import { KernelTracker } from '../src/targets/kernel-tracker.js';
import type { ProcessEvent } from '../src/targets/process-tracker.js';
import { TargetService } from '../src/targets/target-service.js';

const missing = ['privileges', 'btf', 'tp_btf', 'ringbuf'].filter((name) => probeFeature(name) !== 'yes');
if (missing.length > 0) console.warn(`targets in the kernel are not tested: this machine lacks ${missing.join(', ')}`);

describe.skipIf(missing.length > 0)('TargetService on this kernel', () => {
  const sleep = realpathSync('/bin/sleep');
  const children: ChildProcess[] = [];
  let service: TargetService | null = null;
  let events: ProcessEvent[] = [];
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sonde-targets-'));
    return () => rmSync(folder, { recursive: true });
  });

  afterEach(async () => {
    service?.stop();
    service = null;
    for (const child of children.splice(0)) await end(child);
  });

  function follow(targets: string[], exclude: string[] = []): TargetService {
    events = [];
    const logger = collectingLogger();
    service = new TargetService({
      source: new ProcFileSystem(),
      tracker: new KernelTracker({ backend: defaultBackend, logger }),
      targets,
      exclude,
      self: process.pid,
      onProcess: (event) => events.push(event),
    });
    service.start();
    return service;
  }

  function run(command: string, ...args: string[]): ChildProcess & { pid: number } {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    return child as ChildProcess & { pid: number };
  }

  async function end(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Drains until something holds. */
  function until(holds: () => boolean): Promise<void> {
    return expect
      .poll(
        () => {
          service!.drain();
          return holds();
        },
        { timeout: 20_000, interval: 5 },
      )
      .toBe(true);
  }

  const kernelSays = (pid: number) => {
    const value = (service!.map as BpfMap).lookup(new Uint8Array(Uint32Array.of(pid).buffer));
    return value?.[0] ?? 0;
  };
  const eventOf = (pid: number, kind: ProcessEvent['kind']) =>
    events.findLast((event) => event.pid === pid && event.kind === kind);

  it('decides by executable at exec, in the kernel, and forgets at exit', async () => {
    const targets = follow([`exe=${sleep}`]);
    const child = run(sleep, '60');
    await until(() => eventOf(child.pid, 'exec') !== undefined);
    // The kernel's own verdict, not user space's.
    expect(eventOf(child.pid, 'exec')).toMatchObject({ target: 1, comm: 'sleep' });
    expect([targets.has(child.pid), kernelSays(child.pid)]).toEqual([true, 1]);
    await end(child);
    await until(() => !targets.has(child.pid));
    expect(kernelSays(child.pid)).toBe(0);
  });

  it('decides by file name, by name and by its beginning', async () => {
    const file = join(folder, 'worker-of-mine');
    copyFileSync(sleep, file);
    for (const selector of ['exe=worker-of-mine', 'comm=worker-of-mine', 'comm=worker-*']) {
      follow([selector]);
      const child = run(file, '60');
      await until(() => eventOf(child.pid, 'exec') !== undefined);
      expect(eventOf(child.pid, 'exec'), selector).toMatchObject({ target: 1, comm: 'worker-of-mine' });
      service!.stop();
    }
  });

  it('does not take what only looks alike', async () => {
    const targets = follow([`exe=${folder}/sleep`, 'comm=slee', 'comm=sleepy', 'exe=slee']);
    const child = run(sleep, '60');
    await until(() => eventOf(child.pid, 'exec') !== undefined);
    expect([eventOf(child.pid, 'exec')!.target, targets.has(child.pid)]).toEqual([0, false]);
  });

  it('drops a process that executes something else, and takes one that renames itself', async () => {
    const targets = follow(['comm=sh', 'comm=renamed']);
    const child = run('sh', '-c', `read line; printf renamed > /proc/$$/comm; read line; exec ${sleep} 60`);
    await until(() => targets.has(child.pid));
    child.stdin!.write('go\n');
    await until(() => eventOf(child.pid, 'rename') !== undefined);
    expect(eventOf(child.pid, 'rename')).toMatchObject({ target: 1, comm: 'renamed' });
    child.stdin!.write('go\n');
    await until(() => eventOf(child.pid, 'exec')?.comm === 'sleep');
    expect([targets.has(child.pid), kernelSays(child.pid)]).toEqual([false, 0]);
  });

  it('makes whatever it starts a target from the first instruction when its own pid is selected', async () => {
    const targets = follow([`pid=${process.pid}`]);
    const child = run('sh', '-c', `${sleep} 60 & echo $!; wait`);
    const [line] = await once(child.stdout!, 'data');
    const grandchild = Number(String(line));
    await until(() => eventOf(grandchild, 'exec') !== undefined);
    expect(eventOf(child.pid, 'fork')).toMatchObject({ target: 1, parent: process.pid });
    expect(eventOf(child.pid, 'exec')).toMatchObject({ target: 1 });
    expect(eventOf(grandchild, 'exec')).toMatchObject({ target: 1 });
    expect([targets.has(child.pid), targets.has(grandchild), targets.has(process.pid)]).toEqual([true, true, false]);
    process.kill(grandchild, 'SIGKILL');
    await until(() => !targets.has(grandchild));
  });

  it('lets an exclusion win in the kernel, for descendants too', async () => {
    const targets = follow([`pid=${process.pid}`], ['comm=sleep']);
    const child = run(sleep, '60');
    await until(() => eventOf(child.pid, 'exec') !== undefined);
    expect([eventOf(child.pid, 'exec')!.target, kernelSays(child.pid), targets.has(child.pid)]).toEqual([2, 2, false]);
  });

  it('finds processes that were there before, and follows new selectors', async () => {
    const child = run(sleep, '60');
    await expect.poll(() => new ProcFileSystem().stat(child.pid)?.comm).toBe('sleep');
    const targets = follow([`pid=${child.pid}`]);
    expect([targets.has(child.pid), kernelSays(child.pid)]).toEqual([true, 1]);
    targets.retarget(['comm=nobody'], []);
    expect([targets.has(child.pid), kernelSays(child.pid)]).toEqual([false, 0]);
    targets.retarget([`exe=${sleep}`], []);
    expect([targets.has(child.pid), kernelSays(child.pid)]).toEqual([true, 1]);
    const later = run(sleep, '60');
    await until(() => eventOf(later.pid, 'exec') !== undefined);
    expect(eventOf(later.pid, 'exec')!.target).toBe(1);
  });

  it('keeps nobody of a fork storm, and loses none of its forks', async () => {
    const targets = follow([`pid=${process.pid}`]);
    const child = run('sh', '-c', 'i=0; while [ $i -lt 2000 ]; do : & i=$((i+1)); done; wait');
    const [status] = await once(child, 'exit');
    expect(status).toBe(0);
    await until(() => [...targets.pids()].length === 0);
    const forks = events.filter(({ kind, parent }) => kind === 'fork' && parent === child.pid);
    expect(forks.length).toBe(2000);
    expect(forks.every(({ target }) => target === 1)).toBe(true);
    // Of all processes only the agent itself is left in the kernel's tables.
    expect([...(targets.map as BpfMap).keys()].length).toBe(1);
  });

  it('looks at /proc again when its ring was too small', async () => {
    const targets = follow([`pid=${process.pid}`]);
    // Nobody reads while this runs: the loop below doesn't give way to the reader's timer.
    const child = run('sh', '-c', 'i=0; while [ $i -lt 4000 ]; do : & i=$((i+1)); done; wait; echo done; read line');
    const fd = (child.stdout as unknown as { _handle: { fd: number } })._handle.fd;
    const buffer = Buffer.alloc(16);
    for (let read = 0; read === 0; ) {
      try {
        read = readSync(fd, buffer);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      }
    }
    targets.drain();
    expect(events.filter(({ kind }) => kind === 'fork').length).toBeLessThan(4000);
    expect([...targets.pids()]).toEqual([child.pid]);
    expect([...(targets.map as BpfMap).keys()].length).toBe(2);
  });
});
