import { expect, it } from 'vitest';
import { supportMatrix } from './support-matrix.mjs';

const protocol = {
  ...{ name: 'demo', description: 'One | two', match: 'id' },
  support: { versions: ['1', '2'], limits: ['Nothing is told of three.'] },
  detect: { rules: [{ direction: 'request' }, { direction: 'request', transports: ['udp'] }] },
};

it('has a row and the limits of each protocol', () => {
  const text = supportMatrix([protocol]);
  expect(text).toContain('| [`demo`](#demo) | One \\| two | 1, 2 | tcp, unix, udp | by id |');
  expect(text).toContain('### demo\n\n- Nothing is told of three.\n');
});

it('says so where no limit is known, and where no rule leads to a protocol', () => {
  const text = supportMatrix([{ ...protocol, support: { versions: ['1'], limits: [] }, detect: { rules: [] } }]);
  expect(text).toContain('None is known.');
  expect(text).toContain('after an upgrade');
});
