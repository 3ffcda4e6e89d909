import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Exporter, Probe } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { pluginManifest } from './plugin-manifest.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** The packages here that offer one probe or one exporter, which is their default export. */
const packages = ['packages', 'examples'].flatMap((parent) =>
  readdirSync(join(root, parent)).flatMap((folder) => {
    const directory = join(root, parent, folder);
    const file = join(directory, 'package.json');
    if (!existsSync(file)) return [];
    const plugin = pluginManifest({ directory, manifest: JSON.parse(readFileSync(file, 'utf8')) });
    const offered = [...(plugin?.probes ?? []), ...(plugin?.exporters ?? [])];
    return plugin === null || offered.length !== 1 ? [] : [[plugin.name, offered[0]!, directory] as const];
  }),
);

describe('a package that a JSON configuration names', () => {
  it('is one of several', () => {
    expect(packages.map(([name]) => name)).toEqual(
      expect.arrayContaining(['@sonde/probe-l7', '@sonde/probe-flowtracer', '@sonde/exporter-otlp']),
    );
  });

  it.each(packages)('%s makes its plugin, %s, by its default export', async (_package, name, directory) => {
    const exports = await import(pathToFileURL(join(directory, 'src/index.ts')).href);
    const made = (exports.default as (options: object) => Probe | Exporter)({});
    expect(made.definition.name).toBe(name);
    expect(exports[made.definition.exportName as string]).toBe(exports.default);
  });
});
