import { createAgent, defineProbe, type ProbeDependencies } from '@sonde/core';
import { MapType, type NativeMap, probeFeature } from '@sonde/ebpf';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { formatReport, probeConformance } from '../src/index.js';

const definition = { name: 'mapper', version: '1.0.0', apiVersion: 1, description: 'Holds two maps' } as const;
const map = { name: 'held', type: MapType.array, keySize: 4, valueSize: 8, maxEntries: 1, flags: 0 };

/** A probe that holds two maps; `careful` closes the first one where there is no second. */
const mapper = (careful: boolean) =>
  defineProbe({
    ...{ ...definition, requires: {}, options: z.strictObject({ size: z.number().optional() }) },
    create({ backend }: ProbeDependencies) {
      const held: NativeMap[] = [];
      const stop = async () => {
        for (const each of held.splice(0)) each.close();
      };
      return {
        async start() {
          try {
            for (let count = 0; count < 2; count++) held.push(backend.createMap(map));
          } catch (error) {
            if (careful) await stop();
            else held.length = 0;
            throw error;
          }
        },
        stop,
      };
    },
  });

describe.skipIf(probeFeature('privileges') !== 'yes')('probeConformance, in the kernel', () => {
  it('finds nothing wrong with a probe that starts as a whole or not at all', async () => {
    const report = await probeConformance(mapper(true), { createAgent });
    expect(formatReport(report)).toBe('mapper conforms to probe API v1: 7 checks, 7 cases');
  });

  it('catches a probe that leaves half of itself in the kernel', async () => {
    const report = await probeConformance(mapper(false), { createAgent });
    expect(formatReport(report)).toMatch(
      /starts as a whole or not at all: when thing \d+ of \d+ fails, 1 bpf-map are left/,
    );
  });
});
