import { describe, expect, test } from 'vitest';
import { CapabilityError, SondeError } from './error.js';
import { EbpfCapabilityError, EbpfError, lastMeaningfulLine, VerifierError } from './errors.js';

test('errors are told apart by class and code', () => {
  const error = new EbpfError('MAP_FAILED', 'no', { errno: 22, hint: 'do this', cause: 'x' });
  expect(error).toBeInstanceOf(SondeError);
  expect(error).not.toBeInstanceOf(CapabilityError);
  expect(error).toMatchObject({ name: 'EbpfError', code: 'MAP_FAILED', errno: 22, hint: 'do this', cause: 'x' });
  const capability = new EbpfCapabilityError('NO_BTF', 'no');
  expect(capability).toBeInstanceOf(CapabilityError);
  expect(capability).not.toBeInstanceOf(EbpfError);
});

describe('a verifier error', () => {
  const log = [
    'func#0 @0',
    '0: (85) call bpf_map_lookup_elem#1',
    "2: R0 invalid mem access 'map_value_or_null'",
    'processed 12 insns (limit 1000000) max_states_per_insn 0 total_states 0',
    'verification time 43 usec',
    '',
  ].join('\n');

  test('quotes the line that says what is wrong, and holds the whole log', () => {
    const error = new VerifierError('mine', log, { errno: 13 });
    expect(error).toBeInstanceOf(EbpfError);
    expect(error.message).toBe("the kernel refused program mine: 2: R0 invalid mem access 'map_value_or_null'");
    expect(error).toMatchObject({ code: 'VERIFIER_REJECTED', program: 'mine', log, errno: 13 });
    expect(error.hint).toContain('log');
  });

  test('does without a log', () => {
    expect(new VerifierError('mine', '').message).toBe('the kernel refused program mine');
    expect(lastMeaningfulLine('\n\nprocessed 1 insns (limit 1)\n')).toBe('');
  });
});
