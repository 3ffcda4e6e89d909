import { CapabilityError, ConfigurationError, SondeError } from '@sonde/core';
import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { exitStatusOf } from './exit-status.js';
import { describeError } from './report-error.js';

describe('the exit status', () => {
  it.each([
    [0, 'help', new CommanderError(0, 'commander.help', '')],
    [1, 'any fault', new Error('oops')],
    [1, 'a fault of Sonde', new SondeError('X', 'oops')],
    [1, 'something thrown that is no error', 'oops'],
    [2, 'usage', new CommanderError(1, 'commander.unknownOption', '')],
    [2, 'configuration', new ConfigurationError('X', 'oops')],
    [3, 'what the kernel lacks', new CapabilityError('X', 'oops')],
  ])('is %d for %s', (status, _name, error) => {
    expect(exitStatusOf(error)).toBe(status);
  });
});

describe('the lines about an error', () => {
  it('give its code, its causes and its hint', () => {
    const cause = new Error('middle', { cause: new Error('bottom') });
    const error = new SondeError('TOP', 'top', { cause, hint: 'do this' });
    expect(describeError(error)).toEqual([
      'error: top [TOP]',
      '  because: middle',
      '  because: bottom',
      '  hint: do this',
    ]);
  });

  it("don't repeat a cause that the message holds already", () => {
    expect(describeError(new Error('top: bottom', { cause: new Error('bottom') }))).toEqual(['error: top: bottom']);
  });

  it('are one each, whatever other programs put into their messages', () => {
    const cause = new Error("Cannot find module 'x'\nRequire stack:\n- /a.ts");
    expect(describeError(new SondeError('TOP', 'top', { cause }))).toEqual([
      'error: top [TOP]',
      "  because: Cannot find module 'x'",
    ]);
  });

  it('exist for what is no error', () => {
    expect(describeError('oops')).toEqual(['oops']);
  });
});
