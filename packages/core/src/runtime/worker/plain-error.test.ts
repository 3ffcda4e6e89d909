import { describe, expect, it } from 'vitest';
import { CapabilityError, ConfigurationError, SondeError } from '../../contracts/index.js';
import { fromPlainError, plainFields, toPlainError } from './plain-error.js';

/** What a thread makes of an error of another thread. */
const travelled = (error: Error) => fromPlainError(structuredClone(toPlainError(error)));

describe('errors between threads', () => {
  it('keep class, code, hint and cause', () => {
    const error = travelled(
      new CapabilityError('NO_BTF', 'no BTF', {
        hint: 'build a kernel',
        cause: new TypeError('inner', { cause: new Error('x') }),
      }),
    );
    expect(error).toBeInstanceOf(CapabilityError);
    expect(error).toBeInstanceOf(SondeError);
    expect(error).not.toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({
      name: 'CapabilityError',
      code: 'NO_BTF',
      message: 'no BTF',
      hint: 'build a kernel',
      cause: { name: 'TypeError', message: 'inner', cause: { message: 'x' } },
    });
  });

  it('keep other fields, and the stack of where they came from', () => {
    const error = Object.assign(new RangeError('out'), { log: ['a', 'b'], errno: 1, callback: () => {} });
    expect(travelled(error)).toMatchObject({
      name: 'RangeError',
      log: ['a', 'b'],
      errno: 1,
      stack: error.stack,
      callback: expect.any(String),
    });
    expect(travelled(error)).not.toBeInstanceOf(SondeError);
  });

  it('do not follow a circle of causes for ever', () => {
    const error = new Error('a');
    error.cause = error;
    expect(travelled(error).message).toBe('a');
  });
});

it('plainFields makes fields that can be sent', () => {
  const fields = plainFields({ n: 1, error: new Error('why'), list: [1n], f: () => 1, bad: { f: () => 1 } });
  expect(structuredClone(fields)).toEqual({ n: 1, error: 'why', list: [1n], f: '() => 1', bad: '[object Object]' });
});
