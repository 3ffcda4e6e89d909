import { closeSync, fstatSync, openSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasBpfPrivileges } from './kernel-error.js';
import { attachError, descriptorLink, libbpfLink } from './link.js';
import type { NativeLibrary } from './native-library.js';

describe('an error of attaching', () => {
  test.each([
    [2, 'ATTACH_FAILED', /spelling/],
    [16, 'ATTACH_FAILED', /holds this attach point/],
    [22, 'ATTACH_FAILED', /section/],
    [95, 'UNSUPPORTED', /kernel/],
  ])('%i says what to do', (errno, code, hint) => {
    expect(attachError('xdp on interface 3', errno)).toMatchObject({
      code,
      errno,
      message: expect.stringMatching(/^can't attach xdp on interface 3: E/),
      hint: expect.stringMatching(hint),
    });
  });

  test('is explained by the attach point where that knows better', () => {
    expect(attachError('x', 22, { 22: 'mine' })).toMatchObject({ hint: 'mine' });
  });

  test.skipIf(!hasBpfPrivileges())('that is a denial in spite of all privileges blames the kernel', () => {
    expect(attachError('x', 1)).toMatchObject({
      code: 'ATTACH_FAILED',
      hint: expect.stringContaining('kernel itself'),
    });
  });
});

test('a link of a descriptor closes it once', () => {
  const fd = openSync('/dev/null', 'r');
  const link = descriptorLink('x', fd);
  expect(link.fd).toBe(fd);
  link.close();
  expect(() => fstatSync(fd)).toThrow('EBADF');
  const other = openSync('/dev/null', 'r');
  link.close();
  expect(fstatSync(other).isCharacterDevice()).toBe(true);
  closeSync(other);
  expect(() => descriptorLink('x', -2)).toThrow("can't attach x: ENOENT");
});

test('a link of libbpf is destroyed once', () => {
  const destroyed: number[] = [];
  const library = {
    foreign: { errno: () => 3 },
    bpf: { bpf_link__fd: () => 8, bpf_link__destroy: (address: number) => destroyed.push(address) },
  } as unknown as NativeLibrary;
  const link = libbpfLink(library, 'x', 0x1000);
  link.close();
  link.close();
  expect(destroyed).toEqual([0x1000]);
  expect(() => libbpfLink(library, 'x', 0)).toThrow("can't attach x: ESRCH");
});
