import { describe, expect, test } from 'vitest';
import { EbpfCapabilityError, EbpfError, VerifierError } from '../errors.js';
import { helperOutcome, outcomeOf } from './outcome.js';

const failing = (error: unknown) => () => {
  throw error;
};

describe('an attempt', () => {
  test.each([
    ['that succeeds says yes', () => 1, 'yes'],
    ['that the kernel can not do says no', failing(new EbpfCapabilityError('UNSUPPORTED', '')), 'no'],
    ['without type information says no', failing(new EbpfCapabilityError('NO_BTF', '')), 'no'],
    ['on a place that is not there says no', failing(new EbpfError('ATTACH_FAILED', '', { errno: 2 })), 'no'],
    ['that the verifier refuses says no', failing(new VerifierError('p', 'unknown opcode', { errno: 22 })), 'no'],
    ['without privileges says nothing', failing(new EbpfCapabilityError('NO_PRIVILEGES', '')), 'inconclusive'],
    ['without libbpf says nothing', failing(new EbpfCapabilityError('LIBBPF_MISSING', '')), 'inconclusive'],
    [
      'on a place that is taken says nothing',
      failing(new EbpfError('ATTACH_FAILED', '', { errno: 16 })),
      'inconclusive',
    ],
    ['without memory says nothing', failing(new EbpfError('MAP_FAILED', '', { errno: 12 })), 'inconclusive'],
    ['with too many open files says nothing', failing(new EbpfError('LOAD_FAILED', '', { errno: 24 })), 'inconclusive'],
    ['that fails in some other way says nothing', failing(new TypeError('mine')), 'inconclusive'],
  ])('%s', (_, attempt, state) => {
    expect(outcomeOf(attempt)).toBe(state);
  });
});

describe('a call of a helper', () => {
  test.each([
    ['with wrong arguments says yes', 'R1 type=ctx expected=map_ptr', 'yes'],
    ['that the kernel does not know says no', 'invalid func unknown#181', 'no'],
    ['that this type of program may not make says no', 'program of this type cannot use helper bpf_loop#181', 'no'],
  ])('%s', (_, log, state) => {
    expect(helperOutcome(failing(new VerifierError('p', log)))).toBe(state);
  });

  test('that is accepted says yes, and one that was not judged nothing', () => {
    expect(helperOutcome(() => undefined)).toBe('yes');
    expect(helperOutcome(failing(new EbpfCapabilityError('NO_PRIVILEGES', '')))).toBe('inconclusive');
  });
});
