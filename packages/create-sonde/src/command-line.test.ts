import { expect, it } from 'vitest';
import { parseCommandLine, USAGE } from './command-line.js';

it('takes kind and name, and options anywhere', () => {
  expect(parseCommandLine(['-y', 'probe', '-d', 'here', 'signals', '--author=A'])).toMatchObject({
    ...{ kind: 'probe', name: 'signals', directory: 'here', author: 'A', yes: true, help: false },
  });
});

it('leaves open what is not said', () => {
  expect(parseCommandLine([])).toEqual({ kind: undefined, name: undefined, yes: false, help: false, version: false });
});

it.each([
  [['parser', 'a', 'b'], "'b' is one word too many"],
  [['--colour'], "Unknown option '--colour'"],
  [['--directory'], "Option '-d, --directory <value>' argument missing"],
])('refuses %j and says why in one line', (args, message) => {
  expect(() => parseCommandLine(args)).toThrowError(expect.objectContaining({ code: 'USAGE', message }));
});

it('explains each kind and each option', () => {
  for (const word of [
    'parser',
    'probe',
    'exporter',
    '--directory',
    '--description',
    '--author',
    '--yes',
    '--version',
  ]) {
    expect(USAGE).toContain(word);
  }
});
