import { expect, test } from 'vitest';
import { objectPath } from './object-path.js';

test.each([
  ['/opt/bpf', 'x64', '/opt/bpf/l7.x86_64.bpf.o'],
  ['/opt/bpf/', 'arm64', '/opt/bpf/l7.arm64.bpf.o'],
  ['file:///opt/my%20bpf/', 'x64', '/opt/my bpf/l7.x86_64.bpf.o'],
  [new URL('file:///opt/bpf/'), 'arm64', '/opt/bpf/l7.arm64.bpf.o'],
  ['/opt/bpf', 'riscv64', '/opt/bpf/l7.riscv64.bpf.o'],
])('in %s for %s', (directory, arch, path) => {
  expect(objectPath(directory, 'l7', arch)).toBe(path);
});

test('for this machine where nothing else is said', () => {
  expect(objectPath('/', 'l7')).toMatch(/^\/l7\.(x86_64|arm64)\.bpf\.o$/);
});
