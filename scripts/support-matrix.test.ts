import { describe, expect, it } from 'vitest';
// @ts-expect-error: a script without types
import { renderMatrix } from './lib/support-matrix.mjs';

const protocol = {
  name: 'tiny',
  description: 'A tiny protocol',
  match: 'id',
  support: { versions: ['1', '2|3'], limits: ['Bodies are measured, not read.'] },
};

describe('renderMatrix', () => {
  it('makes a row of each protocol, and keeps its cells apart', () => {
    const text: string = renderMatrix([{ protocol, samples: 3, servers: ['Tiny 1.0'] }]);
    expect(text).toContain('| tiny | 1, 2\\|3 | by id | 3 | Tiny 1.0 |');
  });

  it('lists the limits', () => {
    expect(renderMatrix([{ protocol, samples: 0, servers: [] }])).toContain('\n- Bodies are measured, not read.\n');
  });

  it('says where there is no evidence', () => {
    expect(renderMatrix([{ protocol, samples: 0, servers: [] }])).toContain('| by id | none | none |');
  });
});
