import { describe, expect, it } from 'vitest';
import { namesOf } from './names.js';

describe('names', () => {
  it('are derived from a short name', () => {
    expect(namesOf('parser', 'my-cache2')).toEqual({
      ...{ name: 'my-cache2', package: 'sonde-parser-my-cache2' },
      ...{ camel: 'myCache2', pascal: 'MyCache2', snake: 'my_cache2' },
    });
  });

  it.each([
    ['@acme/sonde-parser-tally', 'tally'],
    ['@acme/tally', 'tally'],
    ['sonde-parser-tally', 'tally'],
    ['sonde-protocol-tally', 'tally'],
    ['sonde-tally', 'tally'],
  ])('leave the name of a package %s as it is', (given, name) => {
    expect(namesOf('parser', given)).toMatchObject({ name, package: given });
  });

  it.each([
    ['exporter', 'lines', 'linesExporter'],
    ['exporter', 'default', 'defaultExporter'],
    ['probe', 'options', 'optionsProbe'],
    ['parser', 'expect', 'expectParser'],
    ['parser', 'in', 'inParser'],
    ['probe', 'signals', 'signals'],
  ] as const)('give the %s %s the variable %s, which is not taken', (kind, name, camel) => {
    expect(namesOf(kind, name)).toMatchObject({ name, camel });
  });

  it.each(['', 'Tally', '7zip', 'my_cache', 'a--b', '-a', 'a b', '../evil', '@acme/', 'sonde-parser-', '@Acme/x', 'ü'])(
    "don't take '%s'",
    (given) => {
      expect(() => namesOf('parser', given)).toThrowError(expect.objectContaining({ code: 'NAME_INVALID' }));
    },
  );

  it("don't take what is longer than npm allows", () => {
    expect(() => namesOf('probe', 'a'.repeat(210))).toThrow("can't be the name");
  });
});
