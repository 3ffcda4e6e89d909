import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeProcessSource } from '../identity/fake-process-source.js';
import { compileGlob } from './glob.js';
import { Selection } from './selection.js';

const id = '4f3c2a'.padEnd(64, '0');
const source = new FakeProcessSource({
  7: {
    comm: 'redis-server',
    executable: '/usr/bin/redis-check-rdb',
    cgroups: ['/system.slice/redis.service/sub', '/'],
  },
  8: { comm: 'node', executable: '/usr/bin/node', cgroups: [`/docker/${id}`] },
});

describe('Selection', () => {
  it.each([
    ['pid=7', 7, 'tree'],
    ['pid=70', 7, null],
    ['comm=redis-server', 7, 'program'],
    ['comm=redis*', 7, 'program'],
    ['comm=*', 7, 'program'],
    ['comm=redis', 7, null],
    ['exe=/usr/bin/redis-check-rdb', 7, 'program'],
    ['exe=redis-check-rdb', 7, 'program'],
    ['exe=*/redis-*', 7, 'program'],
    ['exe=/opt/redis-check-rdb', 7, null],
    ['exe=redis-server', 7, null],
    ['cgroup=/system.slice/redis.service', 7, 'tree'],
    ['cgroup=/system.slice', 7, 'tree'],
    ['cgroup=/system', 7, null],
    ['container=4f3c', 8, 'tree'],
    [`container=${id}`, 8, 'tree'],
    ['container=3c2a', 8, null],
    ['container=4f3c', 7, null],
    ['port=80', 7, null],
  ])('%s chooses process %i as %s', (text, pid, choice) => {
    expect(new Selection([text]).choose(pid, source.stat(pid)!.comm, source)).toBe(choice);
  });

  it('takes what any of its selectors takes', () => {
    const selection = new Selection(['comm=node', { key: 'pid', value: '7' }]);
    expect(selection.choose(7, 'redis-server', source)).toBe('tree');
    expect(selection.choose(8, 'node', source)).toBe('program');
    expect(selection.choose(9, 'sh', source)).toBeNull();
  });

  it('cuts a name to the fifteen bytes that the kernel keeps', () => {
    const selection = new Selection(['comm=kube-controller-manager']);
    expect(selection.choose(9, 'kube-controller', source)).toBe('program');
  });

  it('follows links, since the kernel shows the file behind them', () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sonde-exe-')));
    try {
      writeFileSync(join(folder, 'real'), '');
      symlinkSync('real', join(folder, 'link'));
      const linked = new FakeProcessSource({ 9: { comm: 'x', executable: join(folder, 'real') } });
      expect(new Selection([`exe=${folder}/link`]).choose(9, 'x', linked)).toBe('program');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('tells ports from processes', () => {
    expect(new Selection([])).toMatchObject({ empty: true, ports: [] });
    const ports = new Selection(['port=80', 'port=443', 'port=80']);
    expect(ports).toMatchObject({ empty: false, ports: [80, 443] });
    expect([...new Selection(['port=80', 'pid=1']).pids]).toEqual([1]);
  });

  it('refuses what is no selector', () => {
    expect(() => new Selection([{ key: 'prot' as 'port', value: '80' }])).toThrowError(/selector 'prot=80'/);
  });
});

describe('compileGlob', () => {
  it.each([
    ['a.c', 'a.c', true],
    ['a.c', 'abc', false],
    ['a*c', 'ac', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abcd', false],
    ['*', '', true],
    ['[x]*', '[x]y', true],
    ['a*', 'a\nb', true],
  ])('%s on %j is %s', (pattern, text, holds) => {
    expect(compileGlob(pattern)(text)).toBe(holds);
  });
});
