import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { MappedObject } from './mapped-objects.js';
import { ObjectRegistry } from './object-registry.js';
import { SymbolError } from './symbol-error.js';

function registry() {
  const processes = new Map<number, string[]>();
  const objects = new ObjectRegistry((pid) => {
    const paths = processes.get(pid);
    if (!paths) throw new SymbolError('PROCESS_GONE', `process ${pid} has ended`);
    return paths.map((path): MappedObject => {
      return { pid, path, file: `/proc/${pid}/root${path}`, identity: path, deleted: false, mappings: [] };
    });
  });
  return { processes, objects };
}

const paths = (objects: MappedObject[]) => objects.map((object) => object.path);

describe('ObjectRegistry', () => {
  it('announces a file once, however many processes map it', () => {
    const { processes, objects } = registry();
    processes.set(1, ['/a', '/libc']).set(2, ['/b', '/libc']);
    expect(paths(objects.scan(1).appeared)).toEqual(['/a', '/libc']);
    expect(paths(objects.scan(2).appeared)).toEqual(['/b']);
    expect(objects.pids).toEqual([1, 2]);
  });

  it('finds a library that was opened later, and one that was closed', () => {
    const { processes, objects } = registry();
    processes.set(1, ['/a', '/plugin']);
    objects.scan(1);
    processes.set(1, ['/a', '/libssl']);
    const changes = objects.scan(1);
    expect(paths(changes.appeared)).toEqual(['/libssl']);
    expect(paths(changes.gone)).toEqual(['/plugin']);
    expect(objects.scan(1)).toEqual({ appeared: [], gone: [] });
  });

  it('lets a file go only with the last process that maps it, and shows it by one that lives', () => {
    const { processes, objects } = registry();
    processes.set(1, ['/libc']).set(2, ['/libc']);
    objects.scan(1);
    objects.scan(2);
    expect(objects.forget(1)).toEqual([]);
    expect(objects.objects.map((object) => object.file)).toEqual(['/proc/2/root/libc']);
    expect(paths(objects.forget(2))).toEqual(['/libc']);
    expect(objects.objects).toEqual([]);
  });

  it('forgets a process that has ended when it is scanned', () => {
    const { processes, objects } = registry();
    processes.set(1, ['/a']);
    objects.scan(1);
    processes.delete(1);
    expect(paths(objects.scan(1).gone)).toEqual(['/a']);
    expect(objects.pids).toEqual([]);
    expect(objects.forget(1)).toEqual([]);
  });

  it('passes on that a process can’t be read', () => {
    const objects = new ObjectRegistry(() => {
      throw new SymbolError('PROCESS_UNREADABLE', 'no');
    });
    expect(() => objects.scan(1)).toThrow(expect.objectContaining({ code: 'PROCESS_UNREADABLE' }));
  });

  it('sees the new program of a process that has called exec', async () => {
    const child = spawn('sh', ['-c', 'read line; exec cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
    try {
      await once(child, 'spawn');
      const objects = new ObjectRegistry();
      objects.scan(child.pid!);
      const shell = paths(objects.objects);
      child.stdin.write('go\nhello\n');
      await once(child.stdout, 'data');
      const changes = objects.scan(child.pid!);
      expect(paths(changes.appeared).some((path) => /cat|coreutils|busybox/.test(path))).toBe(true);
      expect(changes.gone.every((object) => shell.includes(object.path))).toBe(true);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
