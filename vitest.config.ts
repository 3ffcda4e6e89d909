import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests read the packages' sources, so that no build stands between an edit and its test. */
const resolve = {
  alias: [
    {
      find: /^@sonde\/([a-z0-9-]+)$/,
      replacement: `${fileURLToPath(new URL('./packages', import.meta.url))}/$1/src/index.ts`,
    },
  ],
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'scripts/**/*.test.ts', 'examples/*/src/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        resolve,
        test: {
          name: 'integration',
          include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
