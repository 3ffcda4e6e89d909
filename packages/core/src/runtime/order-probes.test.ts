import { describe, expect, it } from 'vitest';
import type { ProbeDefinition } from '../contracts/index.js';
import { orderProbes } from './order-probes.js';

function probe(name: string, planes: { provides?: string[]; needs?: string[] } = {}) {
  return { definition: { name, ...planes } as ProbeDefinition };
}

const names = (probes: { definition: ProbeDefinition }[]) => probes.map(({ definition }) => definition.name);

describe('orderProbes', () => {
  it('keeps the order of probes that need nothing', () => {
    expect(names(orderProbes([probe('b'), probe('a'), probe('c')]))).toEqual(['b', 'a', 'c']);
  });

  it('starts writers of a plane before those that need it', () => {
    const probes = [
      probe('trace', { needs: ['causality'] }),
      probe('thread', { provides: ['causality'], needs: ['flows'] }),
      probe('jsse', { provides: ['causality'] }),
      probe('flowtracer', { provides: ['flows'] }),
    ];
    expect(names(orderProbes(probes))).toEqual(['flowtracer', 'thread', 'jsse', 'trace']);
  });

  it('starts writers of a plane before those that only read it if it is there', () => {
    const probes = [probe('l7'), probe('flowtracer', { provides: ['flow-identity'] })];
    expect(names(orderProbes(probes))).toEqual(['flowtracer', 'l7']);
  });

  it('refuses a plane that nobody writes', () => {
    expect(() =>
      orderProbes([probe('l7', { needs: ['flow-identty'] }), probe('f', { provides: ['flow-identity'] })]),
    ).toThrowError(
      expect.objectContaining({
        code: 'PLANE_MISSING',
        message:
          "probe 'l7' needs the plane 'flow-identty', and no probe of this agent writes it; did you mean 'flow-identity'?",
      }),
    );
  });

  it('does not let a probe be its own supplier', () => {
    expect(() => orderProbes([probe('x', { needs: ['p'], provides: ['p'] })])).toThrowError(/no probe of this agent/);
  });

  it('refuses probes that need each other, and shows the circle', () => {
    const probes = [
      probe('a', { needs: ['1'], provides: ['3'] }),
      probe('b', { needs: ['2'], provides: ['1'] }),
      probe('c', { needs: ['3'], provides: ['2'] }),
    ];
    expect(() => orderProbes(probes)).toThrowError(
      expect.objectContaining({ code: 'PLANE_CYCLE', message: 'probes need each other: a → b → c → a' }),
    );
  });
});
