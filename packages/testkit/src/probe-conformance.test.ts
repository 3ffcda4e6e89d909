import {
  type Agent,
  type AgentOptions,
  BACKEND,
  ConfigurationError,
  defineProbe,
  override,
  type Probe,
  suggestion,
} from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { probeConformance } from './probe-conformance.js';
import { formatReport } from './report.js';

const options = z.strictObject({ interval: z.number().optional() });
const probe = defineProbe({
  ...{ name: 'quiet', version: '1.0.0', apiVersion: 1, description: 'Sees nothing', requires: {}, options },
  create: () => ({ start: async () => {}, stop: async () => {} }),
});

/** As much of an agent as the suite needs; the real one wants a kernel. */
async function createAgent(
  { probes }: AgentOptions,
  stats: object = { events: 0, lost: { full: 0 }, faults: {} },
): Promise<Agent> {
  for (const key of Object.keys(probes![0]!.options as object)) {
    if (key in options.shape) continue;
    throw new ConfigurationError(
      'OPTION_UNKNOWN',
      `'${key}' is no option${suggestion(key, Object.keys(options.shape))}`,
    );
  }
  const stop = async () => {};
  const reconfigure = async ({ probes: next = [] }: { probes?: readonly Probe[] }) => {
    if (next.length > 0) await createAgent({ probes: next });
  };
  return { stop, reconfigure, stats: async () => stats, [Symbol.asyncDispose]: stop } as unknown as Agent;
}

/** A kernel that nobody asks for anything. */
const agent = { overrides: [override(BACKEND, {} as never)] };

describe('probeConformance', () => {
  it('finds nothing wrong with a probe that keeps the contract', async () => {
    const report = await probeConformance(probe, { createAgent, agent });
    expect(formatReport(report)).toBe('quiet conforms to probe API v1: 7 checks, 7 cases');
  });

  it('catches options that are not checked', async () => {
    const careless = (given: AgentOptions) => createAgent({ probes: [{ ...given.probes![0]!, options: {} }] });
    expect(formatReport(await probeConformance(probe, { createAgent: careless, agent }))).toContain(
      "'intervall' was accepted",
    );
  });

  it('catches an account that is none', async () => {
    const broken = (given: AgentOptions) => createAgent(given, { events: Number.NaN, lost: {} });
    expect(formatReport(await probeConformance(probe, { createAgent: broken, agent }))).toContain('counts are NaN');
  });

  it('catches a second stop that fails', async () => {
    const touchy = async (given: AgentOptions) => {
      let stopped = 0;
      const stop = async () => {
        if (stopped++ > 0) throw new Error('stopped already');
      };
      return { ...(await createAgent(given)), stop };
    };
    expect(formatReport(await probeConformance(probe, { createAgent: touchy, agent }))).toContain('stopped already');
  });

  it('catches a probe that breaks down when it is reconfigured', async () => {
    const shaky = (given: AgentOptions) => createAgent(given, { events: 0, lost: {}, faults: { quiet: 1 } });
    expect(formatReport(await probeConformance(probe, { createAgent: shaky, agent }))).toContain(
      'is reconfigured while it runs: it broke down: quiet',
    );
  });

  it('catches counts that begin anew with a reconfiguration', async () => {
    let events = 9;
    const forgetful = async (given: AgentOptions) => {
      const stats = async () => ({ events: events--, lost: {}, faults: {} });
      return { ...(await createAgent(given)), stats } as unknown as Agent;
    };
    expect(formatReport(await probeConformance(probe, { createAgent: forgetful, agent }))).toContain(
      'events went back',
    );
  });
});
