import { describe, expect, test } from 'vitest';
import { cgroupPoint, kprobePoint, perfEventPoints, uprobeMultiPoint, uprobePoint } from './attach-targets.js';
import { sectionFacts } from './sections.js';

const uprobe = sectionFacts('uprobe');

describe('a uprobe', () => {
  test('goes to an offset of a file, for all processes', () => {
    expect(uprobePoint({ path: '/bin/true', offset: 64 }, uprobe)).toMatchObject({
      offset: 64,
      pid: -1,
      retprobe: false,
    });
    expect(uprobePoint({ path: '/bin/true', offset: 64 }, sectionFacts('uretprobe'))).toMatchObject({ retprobe: true });
    expect(uprobePoint({ path: '/bin/true', offset: 64, retprobe: true }, uprobe)).toMatchObject({ retprobe: true });
  });

  test('goes behind the landing pad of a symbol, or to a distance from its start', () => {
    const path = process.execPath;
    const start = uprobePoint({ path, symbol: 'main', offset: 0 }, uprobe);
    const distant = uprobePoint({ path, symbol: 'main', offset: 9 }, uprobe);
    const planned = uprobePoint({ path, symbol: 'main' }, uprobe);
    const offset = (point: object) => (point as { offset: number }).offset;
    expect(offset(distant) - offset(start)).toBe(9);
    expect([0, 4]).toContain(offset(planned) - offset(start));
  });

  test.each([
    [{ path: '/bin/true' }],
    [{ path: '/bin/true', offset: -1 }],
    [{ path: '/bin/true', offset: 1.5 }],
    [{ path: '/bin/true', offset: Number.NaN }],
  ])('can not go to %o', (target) => {
    expect(() => uprobePoint(target, uprobe)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  test('of many places has a cookie for each', () => {
    const facts = sectionFacts('uretprobe.multi');
    expect(uprobeMultiPoint({ path: 'x', offsets: [1, 2], cookies: [3n, 4n] }, facts)).toMatchObject({
      retprobe: true,
      pid: 0,
    });
    expect(() => uprobeMultiPoint({ path: 'x', offsets: [1, 2], cookies: [3n] }, facts)).toThrow(
      '1 cookies for 2 offsets',
    );
    expect(() => uprobeMultiPoint({ path: 'x', offsets: [-2] }, facts)).toThrow(/no offset/);
    expect(() => uprobeMultiPoint({ path: 'x', offsets: [] }, facts)).toThrow(/no offsets/);
  });
});

test('a kprobe returns as its section says', () => {
  expect(kprobePoint({ function: 'f' }, sectionFacts('kretprobe'))).toMatchObject({ retprobe: true, offset: 0 });
});

describe('a perf event', () => {
  test('needs a frequency or a period, and not both', () => {
    expect(() => perfEventPoints({})).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(() => perfEventPoints({ period: 1, frequency: 1 })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });

  test('of all processes is one for each CPU that is online', () => {
    expect(perfEventPoints({ frequency: 99 }, [0, 2])).toMatchObject([
      { type: 1, period: 99, frequency: true, pid: -1, cpu: 0 },
      { type: 1, period: 99, frequency: true, pid: -1, cpu: 2 },
    ]);
    expect(perfEventPoints({ frequency: 99, cpu: 1 }, [0, 2])).toMatchObject([{ cpu: 1 }]);
  });

  test('of one process follows it to every CPU', () => {
    expect(perfEventPoints({ period: 5, pid: 7, type: 'hardware' }, [0, 2])).toMatchObject([
      { type: 0, period: 5, frequency: false, pid: 7, cpu: -1 },
    ]);
  });
});

test('only cgroup hooks go to cgroups', () => {
  expect(cgroupPoint('p', '/cg', sectionFacts('cgroup/connect4'))).toMatchObject({ attachType: 10 });
  expect(() => cgroupPoint('p', '/cg', sectionFacts('xdp'))).toThrow(/program p is no cgroup hook/);
});
