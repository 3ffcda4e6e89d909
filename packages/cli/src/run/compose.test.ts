import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { composeAgent } from './compose.js';

const folder = mkdtempSync(join(tmpdir(), 'compose-'));
afterAll(() => rmSync(folder, { recursive: true }));
const config = join(folder, 'sonde.config.mjs');
writeFileSync(
  config,
  `const probe = (name) => ({ kind: 'probe', definition: { name }, options: { own: true } });
  export default { targets: ['comm=configured'], exclude: ['pid=1'], mask: false, probes: [probe('mine'), probe('yours')] };`,
);
const names = (agent: Awaited<ReturnType<typeof composeAgent>>) => agent.probes?.map((probe) => probe.definition.name);

describe('what an agent is made of', () => {
  it('is the l7 probe on everything, masked, where nothing is said', async () => {
    const agent = await composeAgent({}, null);
    expect(names(agent)).toEqual(['l7']);
    expect(agent).toMatchObject({ targets: [], exclude: [], workers: 0, mask: undefined });
  });

  it('is what the configuration says', async () => {
    const agent = await composeAgent({ config }, null);
    expect(names(agent)).toEqual(['mine', 'yours']);
    expect(agent).toMatchObject({ targets: ['comm=configured'], exclude: ['pid=1'], mask: false });
  });

  it('is what the command line says where both say something', async () => {
    const agent = await composeAgent(
      { config, target: ['port=80'], exclude: ['pid=2'], probe: ['yours', 'yours'] },
      null,
    );
    expect(names(agent)).toEqual(['yours']);
    expect(agent.probes?.[0]?.options).toEqual({ own: true });
    expect(agent).toMatchObject({ targets: ['port=80'], exclude: ['pid=1', 'pid=2'] });
  });

  it('observes a command and not what the configuration names', async () => {
    expect((await composeAgent({ config }, ['true'])).targets).toEqual([]);
    expect((await composeAgent({ config, target: ['comm=also'] }, ['true'])).targets).toEqual(['comm=also']);
  });

  it('needs something behind --', async () => {
    await expect(composeAgent({}, [])).rejects.toMatchObject({ code: 'COMMAND_MISSING' });
  });

  it('shows secrets only when it is told to', async () => {
    expect((await composeAgent({ mask: true }, null)).mask).toBeUndefined();
    expect((await composeAgent({ mask: false }, null)).mask).toBe(false);
  });
});
