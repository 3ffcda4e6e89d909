import { describe, expect, test } from 'vitest';
import { CapabilityError } from '../../error.js';
import { errnoName, hasBpfPrivileges, kernelError } from './kernel-error.js';

test('an errno has its name', () => {
  expect([errnoName(22), errnoName(524), errnoName(99999)]).toEqual(['EINVAL', 'ENOTSUPP', 'errno 99999']);
});

test('what the kernel can not do is a lack of the machine', () => {
  expect(kernelError('ATTACH_FAILED', 'attach', 95)).toBeInstanceOf(CapabilityError);
  expect(kernelError('ATTACH_FAILED', 'attach', 524)).toMatchObject({ code: 'UNSUPPORTED', errno: 524 });
});

test('everything else keeps its code, with the name of the errno in the message', () => {
  expect(kernelError('MAP_FAILED', 'update on map x', 7, { hint: 'more' })).toMatchObject({
    code: 'MAP_FAILED',
    message: 'update on map x: E2BIG',
    hint: 'more',
    errno: 7,
  });
});

test.skipIf(!hasBpfPrivileges())('a denial in spite of all capabilities has other reasons', () => {
  expect(kernelError('MAP_FAILED', 'map x', 1)).toMatchObject({
    code: 'MAP_FAILED',
    hint: expect.stringContaining('ulimit -l'),
  });
});

describe('privileges', () => {
  test.each([
    ['all capabilities', '000001ffffffffff', true],
    ['CAP_SYS_ADMIN', '0000000000200000', true],
    ['CAP_BPF and CAP_PERFMON', '000000c000000000', true],
    ['CAP_BPF alone', '0000008000000000', false],
    ['none', '0000000000000000', false],
  ])('with %s', (_, mask, enough) => {
    expect(hasBpfPrivileges(`Name:\tnode\nCapInh:\t0000000000000000\nCapEff:\t${mask}\n`)).toBe(enough);
  });
});
