import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ProbeDefinition, ProbeRequirements } from '../contracts/index.js';
import { collectingLogger } from './loggers.js';
import { checkRequirements, type FeatureState } from './requirements.js';

const kernel: Record<string, FeatureState> = {
  ringbuf: 'yes',
  'tp-btf': 'yes',
  fentry: 'no',
  kprobe: 'no',
  tcx: 'inconclusive',
};
const features = (name: string) => kernel[name] ?? 'no';

function probe(requires: ProbeRequirements): ProbeDefinition {
  return {
    name: 'l7',
    version: '1',
    apiVersion: 1,
    description: '',
    requires,
    options: z.object({}),
    create: () => null as never,
  };
}

describe('checkRequirements', () => {
  it.each<ProbeRequirements>([{}, { features: ['ringbuf', 'tp-btf'] }, { anyOf: [['fentry', 'tp-btf'], ['ringbuf']] }])(
    'is content with %j',
    async (requires) => {
      const logger = collectingLogger();
      await checkRequirements([probe(requires)], features, logger);
      expect(logger.lines).toEqual([]);
    },
  );

  it('names the probe and everything that is missing', async () => {
    const requires = { features: ['ringbuf', 'fentry'], anyOf: [['kprobe', 'fentry']] };
    await expect(checkRequirements([probe(requires)], features, collectingLogger())).rejects.toMatchObject({
      name: 'CapabilityError',
      code: 'FEATURE_MISSING',
      message: "probe 'l7' needs what is missing here: fentry, kprobe or fentry",
    });
  });

  it('says what to do about each thing that is missing, and doubts nothing else then', async () => {
    const logger = collectingLogger();
    const requires = { features: ['tcx', 'cgroup_sock_addr', 'only-here'] };
    const hint = /^cgroup_sock_addr: grant CAP_NET_ADMIN, .*; `sonde doctor` says what this machine allows$/;
    await expect(checkRequirements([probe(requires)], features, logger)).rejects.toMatchObject({
      message: "probe 'l7' needs what is missing here: cgroup_sock_addr, only-here",
      hint: expect.stringMatching(hint),
    });
    expect(logger.lines).toEqual([]);
  });

  it('refuses a feature that nobody has heard of', async () => {
    const asked = checkRequirements(
      [probe({ features: ['warp'] })],
      () => {
        throw new Error('there is no feature warp');
      },
      collectingLogger(),
    );
    await expect(asked).rejects.toMatchObject({ code: 'FEATURE_UNKNOWN', message: expect.stringContaining("'warp'") });
  });

  it('tries what it can’t find out, and warns', async () => {
    const logger = collectingLogger();
    await checkRequirements([probe({ features: ['tcx'], anyOf: [['fentry', 'tcx']] })], features, logger);
    expect(logger.lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
    expect(logger.lines[1]!.message).toContain('fentry or tcx');
  });
});
