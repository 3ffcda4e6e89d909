import { Option } from 'commander';
import { collect, collectList } from '../options.js';
import type { AddCommand } from '../program.js';
import { type ReplayCommandOptions, replay } from '../recording/replay-command.js';

const EXAMPLES = `
Exchanges are printed as 'sonde run' would have printed them, from the same input.

Examples:
  sonde replay bug.sonde
  sonde replay bug.sonde --parser ./my-protocol.js --protocol mine`;

/** `sonde replay`: exchanges of a recording, without privileges. */
export const addReplayCommand: AddCommand = (program, invocation) => {
  program
    .command('replay')
    .description('Print the exchanges of a recording. Needs no privileges.')
    .argument('<file>', "recording; '-' is standard input")
    .option('--parser <package>', 'a protocol plugin: package or path; may be given several times', collect)
    .option('--protocol <names>', 'print these protocols only: http1,redis', collectList)
    .option('--no-mask', 'show SQL literals, credentials and payload values as they are')
    .addOption(
      new Option('--output <form>', 'form of the output').choices(['jsonl', 'pretty', 'none']).default('jsonl'),
    )
    .option('--stats <file>', 'write what was seen and what was not as a JSON object; - is stderr')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: ReplayCommandOptions) => {
      invocation.status = await replay(file, options);
    });
};
