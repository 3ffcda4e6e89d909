import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AgentOptions, Probe, Protocol } from '../contracts/index.js';
import { defineExporter, defineProbe } from '../define.js';
import { planAgent } from './plan.js';

const l7 = defineProbe({
  name: 'l7',
  version: '1.0.0',
  apiVersion: 1,
  description: '',
  requires: {},
  options: z.object({ captureBytes: z.number().default(1024) }),
  protocols: [protocol('http1'), protocol('redis')],
  create: () => null as never,
});
const out = defineExporter({
  name: 'out',
  version: '1.0.0',
  apiVersion: 1,
  description: '',
  options: z.object({}),
  create: () => null as never,
});

function protocol(name: string): Protocol {
  return { kind: 'protocol', apiVersion: 1, name, description: 'own' } as Protocol;
}

const refused = (options: unknown, code: string, message: RegExp, hint: RegExp) =>
  expect(() => planAgent(options as AgentOptions)).toThrowError(
    expect.objectContaining({ code, message: expect.stringMatching(message), hint: expect.stringMatching(hint) }),
  );

describe('planAgent', () => {
  it('completes options, and numbers exporters of one name', () => {
    const plan = planAgent({ probes: [l7({ captureBytes: 64 })], exporters: [out(), out()] });
    expect(plan.probes.map(({ id, options }) => [id, options])).toEqual([['l7', { captureBytes: 64 }]]);
    expect(planAgent({ probes: [l7()] }).probes[0]!.options).toEqual({ captureBytes: 1024 });
    expect(plan.exporters.map(({ id }) => id)).toEqual(['out', 'out#2']);
  });

  it('adds the protocols that a probe brings along, and lets those of the agent win', () => {
    const mine = protocol('redis');
    const { protocols } = planAgent({ probes: [l7()], protocols: [mine] });
    expect(protocols.map(({ name }) => name)).toEqual(['redis', 'http1']);
    expect(protocols[0]).toBe(mine);
  });

  it('accepts an agent of nothing at all', () => {
    expect(planAgent({})).toEqual({ probes: [], exporters: [], processors: [], protocols: [] });
  });

  it('refuses a factory that was not called', () => {
    refused({ probes: [l7] }, 'PLUGIN_INVALID', /^probes\[0\] is a function, not a probe$/, /call the factory/);
  });

  it.each([
    [{ probes: [null] }, /probes\[0\] is null/],
    [{ probes: ['l7'] }, /probes\[0\] is a string/],
    [{ exporters: [out(), l7()] }, /exporters\[1\] is a probe, not an exporter/],
    [{ protocols: [out()] }, /protocols\[0\] is an exporter, not a protocol/],
    [{ processors: [{}] }, /processors\[0\] is an object/],
    [{ probes: [null] }, /probes\[0\] is null, not a probe/],
    [{ probes: [{ kind: 'probe' }] }, /probes\[0\] is a probe without a definition/],
  ])('refuses %j', (options, message) => {
    refused(options, 'PLUGIN_INVALID', message, /define(Probe|Exporter|Protocol|Processor)/);
  });

  it('refuses plugins of another time', () => {
    const probe = l7();
    const of = (apiVersion: number): Probe =>
      ({ ...probe, definition: { ...probe.definition, apiVersion } }) as unknown as Probe;
    refused({ probes: [of(2)] }, 'PLUGIN_VERSION', /'l7' is written for plugin API 2/, /update @sonde\/core/);
    refused({ probes: [of(0)] }, 'PLUGIN_VERSION', /plugin API 0/, /update the package of probe 'l7'/);
  });

  it('refuses two probes, or two protocols, of one name', () => {
    refused({ probes: [l7(), l7()] }, 'PLUGIN_DUPLICATE', /probe 'l7' is given twice/, /one probe/);
    const twice = [protocol('a'), protocol('a')];
    refused({ protocols: twice }, 'PLUGIN_DUPLICATE', /protocol 'a' is given twice/, /one protocol/);
  });

  it('refuses wrong options and names the plugin', () => {
    refused(
      { probes: [l7({ captureByte: 1 } as never)] },
      'UNKNOWN_OPTION',
      /probe 'l7': option 'captureByte' .*did you mean 'captureBytes'/,
      /known here/,
    );
  });

  it('refuses wrong selectors', () => {
    refused({ exclude: ['prot=80'] }, 'SELECTOR_INVALID', /prot=80/, /port=80/);
  });
});
