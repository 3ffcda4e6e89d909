import { describe, expect, it } from 'vitest';
import { errorSummary, importHint } from './import-problem.js';

describe('the summary of an error', () => {
  it.each([
    ['is its message', new Error('no such thing'), 'no such thing'],
    [
      'leaves out who required a module',
      new Error("Cannot find module 'x'\nRequire stack:\n- /a.ts\n- /b.ts"),
      "Cannot find module 'x'",
    ],
    ['joins lines', new Error('ParseError: Unexpected token  \n /a.ts:3:5'), 'ParseError: Unexpected token /a.ts:3:5'],
    ['is the name of an error without words', new TypeError(''), 'TypeError'],
    ['is the text of what is no error', 'oops', 'oops'],
  ])('%s', (_what, thrown, summary) => {
    expect(errorSummary(thrown)).toBe(summary);
  });

  it('is cut where it would fill a screen', () => {
    expect(errorSummary(new Error('x'.repeat(5000)))).toHaveLength(300);
  });
});

describe('the hint about a module', () => {
  const hint = (message: string, file = '/p/sonde.config.ts') => importHint(new Error(message), file);

  it.each([
    ["Cannot find module 'nowhere'\nRequire stack:", 'nowhere'],
    ["Cannot find package 'nowhere' imported from /p/x.js", 'nowhere'],
    ["Cannot find module '@sonde/probe-x/deep'", '@sonde/probe-x'],
    ["Cannot find module 'plain/deep.js'", 'plain'],
  ])('after "%s" names what to install', (message, name) => {
    expect(hint(message)).toBe(`beside /p/sonde.config.ts: npm install ${name}`);
  });

  it.each(["Cannot find module './part'", "Cannot find module '/p/part' imported from /p/x.js"])(
    'after "%s" installs nothing',
    (message) => {
      expect(hint(message)).toBe('imports of files end in their extension');
    },
  );

  it('says how to find a syntax error of which Node tells no place', () => {
    const error = new SyntaxError("Unexpected token ','");
    expect(importHint(error, '/p/a.mjs')).toBe('node --check /p/a.mjs shows the place');
    expect(importHint(error, '/p/a.ts')).toBeUndefined();
  });

  it('is not there where nothing is known', () => {
    expect(hint('thrown by the module itself')).toBeUndefined();
  });
});
