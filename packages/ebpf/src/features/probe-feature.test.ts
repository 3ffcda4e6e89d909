import { describe, expect, test } from 'vitest';
import { FakeBackend } from '../../test/support/fake-backend.js';
import { EbpfCapabilityError, EbpfError } from '../errors.js';
import { describeFeature, listFeatures, probeFeature } from './probe-feature.js';
import { cgroup2Path } from './table.js';

test('each feature says what it is and what to do without it', () => {
  const names = listFeatures();
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(['btf', 'libbpf', 'kprobe', 'tp_btf:sock_send_length', 'uprobe_multi']));
  for (const name of names) {
    const { summary, hint } = describeFeature(name);
    expect(summary.length).toBeGreaterThan(5);
    expect(hint.length).toBeGreaterThan(5);
  }
});

test('any tracepoint can be asked for', () => {
  expect(describeFeature('tp_btf:tcp_probe')).toMatchObject({ name: 'tp_btf:tcp_probe' });
  expect(probeFeature('tp_btf:tcp_probe', new FakeBackend())).toBe('yes');
});

test('a name that does not exist is an error that lists those that do', () => {
  for (const name of ['tp_btf:', 'tp_btf:a/b', 'ring', '']) {
    expect(() => probeFeature(name)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', hint: expect.stringContaining('ringbuf') }),
    );
  }
});

describe('answers', () => {
  test('yes and no are remembered for each backend', () => {
    const backend = new FakeBackend();
    backend.failure = new EbpfError('ATTACH_FAILED', 'no', { errno: 2 });
    expect(probeFeature('kprobe', backend)).toBe('no');
    expect(probeFeature('kprobe', backend)).toBe('no');
    expect(backend.log).toEqual([]);
    expect(probeFeature('kprobe', new FakeBackend())).toBe('yes');
  });

  test('inconclusive is tried again', () => {
    const backend = new FakeBackend();
    backend.failure = new EbpfCapabilityError('NO_PRIVILEGES', 'no');
    expect(probeFeature('fentry', backend)).toBe('inconclusive');
    expect(probeFeature('fentry', backend)).toBe('yes');
  });

  test('leave nothing loaded or attached', () => {
    const backend = new FakeBackend();
    for (const name of listFeatures()) probeFeature(name, backend);
    const count = (prefix: string) => backend.log.filter((entry) => entry.startsWith(prefix)).length;
    expect(count('load object')).toBe(count('close object'));
    expect(count('attach')).toBe(count('detach'));
    expect(count('load object')).toBeGreaterThan(10);
  });

  test('an unexpected fault is inconclusive, never an exception', () => {
    const backend = new FakeBackend();
    backend.failure = new TypeError('mine');
    expect(probeFeature('xdp', backend)).toBe('inconclusive');
  });
});

test('cgroup2 is found among the mounts', () => {
  expect(cgroup2Path('tmpfs /sys/fs/cgroup tmpfs rw 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n')).toBe(
    '/sys/fs/cgroup/unified',
  );
  expect(cgroup2Path('none / ext4 rw 0 0\n')).toBeNull();
});
