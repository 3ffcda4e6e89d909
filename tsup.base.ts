import { defineConfig, type Options } from 'tsup';

/** The one build of every package: ESM for Node 20, with declarations. */
export function library(overrides: Options = {}) {
  return defineConfig({
    entry: ['src/index.ts'],
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    // tsup sets `baseUrl`, which TypeScript 6 warns of.
    dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
    sourcemap: true,
    clean: true,
    splitting: true,
    treeshake: true,
    ...overrides,
  });
}
