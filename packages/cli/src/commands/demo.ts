import { demonstrate } from '../demo/demo.js';
import { parseDuration } from '../options.js';
import type { AddCommand } from '../program.js';

const EXAMPLES = `
A small HTTP service with some load is started on loopback and observed; Ctrl-C ends both.

Examples:
  sonde demo
  sonde demo --duration 5s`;

/** Without a terminal nobody presses Ctrl-C. */
const DURATION_MS = 10_000;

/** `sonde demo`: something to see, at once. */
export const addDemoCommand: AddCommand = (program, invocation) => {
  program
    .command('demo')
    .description('Show a small service and its requests, live.')
    .option(
      '--duration <time>',
      'end after this time: 500ms, 10s, 2m; without a unit, seconds (default: until Ctrl-C on a terminal, else 10s)',
      parseDuration,
    )
    .addHelpText('after', EXAMPLES)
    .action(async ({ duration }: { duration?: number }) => {
      invocation.status = await demonstrate(duration ?? (process.stdout.isTTY ? undefined : DURATION_MS));
    });
};
