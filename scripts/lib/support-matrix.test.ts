import { describe, expect, it } from 'vitest';
import { declarations } from './real-servers.mjs';
import { supportMatrix } from './support-matrix.mjs';

const protocol = {
  ...{ name: 'demo', description: 'One | two', match: 'id' },
  support: { versions: ['1', '2'], limits: ['Nothing is told of three.'] },
  detect: { rules: [{ direction: 'request' }, { direction: 'request', transports: ['udp'] }] },
};
const proved = new Map([['demo', { checks: 40, others: 7, known: {} }]]);
const servers = new Map([['demo', ['Demo 3', 'Other']]]);

describe('the support matrix', () => {
  it('has a row and the limits of each protocol, what was proved, and against what', () => {
    const text = supportMatrix([protocol], proved, servers);
    expect(text).toContain(
      '| [`demo`](#demo) | One \\| two | 1, 2 | tcp, unix, udp | by id | 40 checks, 7 others left alone | Demo 3; Other |',
    );
    expect(text).toContain('### demo\n\n- Nothing is told of three.\n');
  });

  it('says so where no limit is known, no rule leads to a protocol, nothing is proved and no server is at hand', () => {
    const bare = { ...protocol, support: { versions: ['1'], limits: [] }, detect: { rules: [] } };
    const text = supportMatrix([bare], new Map(), new Map([['demo', []]]));
    expect(text).toContain('None is known.');
    expect(text).toContain('after an upgrade | by id | no sample | captures and client library only |');
  });

  it('says which checks do not hold, and why', () => {
    const known = { 'finds its way back after a loss (a.jsonl)': 'both pairings are possible' };
    const text = supportMatrix([protocol], new Map([['demo', { checks: 40, others: 7, known }]]), servers);
    expect(text).toContain('| 39 of 40 checks, 7 others left alone |');
    expect(text).toContain('- Does not hold: finds its way back after a loss (a.jsonl): both pairings are possible.\n');
  });

  it('counts servers of a variant for its protocol', () => {
    const withVariant = { ...protocol, variants: { inner: {} } };
    expect(supportMatrix([withVariant], proved, new Map([['inner', ['Inner 1']]]))).toContain('| Inner 1 |');
  });
});

describe('declarations of tests', () => {
  it('are found where they stand, each once', () => {
    const text =
      '/** @against demo: Demo 3 */\n// @against demo: Demo 3.\n/**\n * @against inner: Inner 1 and a client\n */';
    expect([...declarations([{ file: 'a.test.ts', text }], ['demo', 'inner'])]).toEqual([
      ['demo', ['Demo 3']],
      ['inner', ['Inner 1 and a client']],
    ]);
  });

  it('are refused where they name no protocol', () => {
    const file = { file: 'a.test.ts', text: '// @against demmo: x' };
    expect(() => declarations([file], ['demo'])).toThrow("a.test.ts: '@against demmo': there is no such protocol");
  });
});
