import { isDeepStrictEqual } from 'node:util';
import { shorten } from '../digest.js';
import { attempt, type SampleCheck } from './bench.js';

/** What the sample says has to come out, comes out; a sample that says nothing has to yield something. */
export const golden: SampleCheck = ({ sample, plain }) => {
  const problem = attempt(() => {
    if (sample.exchanges === undefined) return plain.length > 0 ? null : 'no exchange was found';
    const found = plain.map(({ text }) => JSON.parse(text) as unknown);
    if (found.length !== sample.exchanges.length) {
      return `${found.length} exchanges were found, ${sample.exchanges.length} are expected`;
    }
    for (const [index, expected] of sample.exchanges.entries()) {
      const path = mismatch(expected, found[index], `exchange ${index + 1}`);
      if (path !== null) return path;
    }
    return null;
  });
  return { cases: 1, problem };
};

/** Where `actual` lacks what `expected` names, in words, or null. */
function mismatch(expected: unknown, actual: unknown, path: string): string | null {
  if (!isRecord(expected)) {
    if (isDeepStrictEqual(actual, expected)) return null;
    return shorten(`${path} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
  }
  if (!isRecord(actual)) return shorten(`${path} is ${JSON.stringify(actual)}, expected an object`);
  for (const [key, value] of Object.entries(expected)) {
    const problem = mismatch(value, actual[key], `${path}.${key}`);
    if (problem !== null) return problem;
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
