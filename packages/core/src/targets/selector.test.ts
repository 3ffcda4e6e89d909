import { describe, expect, it } from 'vitest';
import { formatSelector, parseSelector } from './selector.js';

const id = 'ab12'.repeat(16);

describe('parseSelector', () => {
  it.each([
    ['pid=17', { key: 'pid', value: '17' }],
    ['pid=017', { key: 'pid', value: '17' }],
    ['comm=redis-server', { key: 'comm', value: 'redis-server' }],
    ['comm=a=b', { key: 'comm', value: 'a=b' }],
    ['exe=/usr/bin/redis-server', { key: 'exe', value: '/usr/bin/redis-server' }],
    ['exe=node', { key: 'exe', value: 'node' }],
    ['port=65535', { key: 'port', value: '65535' }],
    ['cgroup=/a/b/', { key: 'cgroup', value: '/a/b' }],
    ['cgroup=/sys/fs/cgroup/unified/a', { key: 'cgroup', value: '/a' }],
    [`container=${id.toUpperCase()}`, { key: 'container', value: id }],
  ])('reads %s', (text, selector) => {
    expect(parseSelector(text)).toEqual(selector);
    expect(parseSelector(formatSelector(parseSelector(text)))).toEqual(selector);
  });

  it.each([
    ['nginx', /key=value/],
    ['=nginx', /key=value/],
    ['prot=80', /did you mean 'port=80'/],
    ['namespace=x', /known keys: pid, comm, exe, port, cgroup, container/],
    ['pid=', /missing/],
    ['pid=0', /1 to 4194304/],
    ['pid=1e3', /1 to 4194304/],
    ['pid=-4', /1 to 4194304/],
    ['port=65536', /1 to 65535/],
    ['port=http', /1 to 65535/],
    ['exe=bin/node', /absolute/],
    ['cgroup=a', /root of its hierarchy/],
    ['cgroup=/', /every process/],
    ['cgroup=/sys/fs/cgroup', /every process/],
    ['container=xyz1', /hexadecimal/],
    ['container=ab', /hexadecimal/],
  ])('refuses %s and says what would be right', (text, hint) => {
    expect(() => parseSelector(text)).toThrowError(
      expect.objectContaining({
        code: 'SELECTOR_INVALID',
        message: `selector '${text}' can't be read`,
        hint: expect.stringMatching(hint),
      }),
    );
  });
});
