import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ConfigurationError } from '../contracts/index.js';
import { parseOptions } from './options.js';

const schema = z.object({
  captureBytes: z.number().int().min(16).default(1024),
  tls: z.object({ libraries: z.array(z.string()).default([]) }).optional(),
  rules: z.array(z.object({ port: z.number() })).default([]),
  labels: z.record(z.string(), z.string()).default({}),
});

function refusal(value: unknown): ConfigurationError {
  try {
    parseOptions("probe 'l7'", schema, value);
  } catch (error) {
    return error as ConfigurationError;
  }
  throw new Error('it was accepted');
}

describe('parseOptions', () => {
  it('fills in defaults', () => {
    expect(parseOptions('x', schema, {})).toEqual({ captureBytes: 1024, rules: [], labels: {} });
  });

  it('refuses an unknown key, names the plugin and the key, and suggests the nearest one', () => {
    expect(refusal({ captureByte: 5 })).toMatchObject({
      code: 'UNKNOWN_OPTION',
      message: "probe 'l7': option 'captureByte' is not known; did you mean 'captureBytes'?",
      hint: 'known here: captureBytes, labels, rules, tls',
    });
  });

  it.each([
    [{ tls: { library: [] } }, 'tls.library'],
    [{ rules: [{ port: 1 }, { prot: 2 }] }, 'rules.1.prot'],
  ])('finds unknown keys of nested objects: %j', (value, path) => {
    expect(refusal(value)).toMatchObject({ code: 'UNKNOWN_OPTION', message: expect.stringContaining(`'${path}'`) });
  });

  it('lets a record have any key', () => {
    expect(parseOptions('x', schema, { labels: { whatever: 'yes' } }).labels).toEqual({ whatever: 'yes' });
  });

  it('lets an object that says so have any key', () => {
    expect(parseOptions('x', z.looseObject({ a: z.number() }), { a: 1, b: 2 })).toEqual({ a: 1, b: 2 });
  });

  it('does not take a key of the prototype for a known one', () => {
    expect(refusal({ constructor: 1 })).toMatchObject({ code: 'UNKNOWN_OPTION' });
  });

  it('refuses a value that the schema refuses, and says where and why', () => {
    const error = refusal({ captureBytes: 'many', rules: [{}] });
    expect(error.code).toBe('INVALID_OPTION');
    expect(error.message).toMatch(/^probe 'l7': option 'captureBytes': .*expected number/);
    expect(error.hint).toBe('1 more value is wrong');
  });

  it.each([null, 5, 'text', []])('refuses %j in place of options', (value) => {
    expect(refusal(value)).toMatchObject({ code: 'INVALID_OPTION', message: expect.stringContaining('options:') });
  });
});
