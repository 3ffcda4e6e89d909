import type { NativeBackend } from '@sonde/ebpf';
import { expect, it } from 'vitest';
import { FailingBackend } from './failing-backend.js';

const inner = {
  ...{ name: 'inner', describe: () => 'inner', createMap: () => 'map', attach: (program: string) => `link ${program}` },
  mapOperation: () => true,
} as unknown as NativeBackend;

it('fails the one thing, and does all else as the inner one does', () => {
  const backend = new FailingBackend(1, inner);
  expect(backend.createMap({} as never)).toBe('map');
  expect(backend.mapOperation({} as never, {} as never)).toBe(true);
  expect(() => backend.attach('a' as never, {} as never)).toThrow('attach fails');
  expect(backend.attach('b' as never, {} as never)).toBe('link b');
  expect([backend.asked, backend.name, backend.describe()]).toEqual([3, 'inner', 'inner']);
});
