import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Probe, Protocol } from '../../contracts/index.js';
import { addressOf, pluginAt } from './plugin-address.js';

describe('addressOf', () => {
  let folder: string;
  let module: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sonde-plugin-'));
    const file = join(folder, 'plugin.mjs');
    module = pathToFileURL(file).href;
    writeFileSync(
      file,
      `export default (options) => ({ kind: 'probe', definition: { name: 'x' }, options });
       export const y = { kind: 'protocol', name: 'y' };
       export const value = 5;`,
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const probe = (definition: object, options: unknown = {}) =>
    ({ kind: 'probe', definition: { name: 'x', ...definition }, options }) as Probe;

  it('is a module, the name of an export, and options; and leads back to the plugin', async () => {
    const address = await addressOf(probe({ module }, { size: 1 }));
    expect(address).toEqual({ module, exportName: 'default', kind: 'probe', name: 'x', options: { size: 1 } });
    expect(await pluginAt(address as never)).toMatchObject({ kind: 'probe', options: { size: 1 } });
    const protocol = { kind: 'protocol', name: 'y', module: join(folder, 'plugin.mjs'), exportName: 'y' } as Protocol;
    expect(await pluginAt((await addressOf(protocol)) as never)).toEqual({ kind: 'protocol', name: 'y' });
  });

  it.each([
    [{}, {}, /^probe 'x' does not name its module$/],
    [{ module: 'file:///x.ts' }, {}, /not compiled/],
    [{ module: 'file:///nowhere.js' }, {}, /nowhere\.js/],
    [{ exportName: 'value' }, {}, /export 'value' of .* is not probe 'x'/],
    [{ exportName: 'none' }, {}, /is not probe 'x'/],
    [{ name: 'z' }, {}, /is not probe 'z'/],
    [{}, { callback: () => {} }, /can't be sent/],
  ])('tells why there is none: %j %j', async (definition, options, reason) => {
    const own = Object.keys(definition).length > 0 || Object.keys(options).length > 0 ? { module } : {};
    expect(await addressOf(probe({ ...own, ...definition }, options))).toMatch(reason);
  });
});
