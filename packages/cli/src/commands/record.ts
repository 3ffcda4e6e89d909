import type { AddCommand } from '../program.js';
import { record } from '../recording/record.js';
import { type AgentCommandOptions, addAgentOptions, SELECTORS } from '../run/agent-options.js';
import { composeAgent } from '../run/compose.js';

const EXAMPLES = `${SELECTORS}

A recording holds payloads as they are on the wire, passwords and personal data included. Only its owner can read the
file; look before you share it. A file that exists and isn't empty is overwritten only with --force.

SIGINT, SIGTERM and SIGHUP drain what was captured and end the recording in good order.

Examples:
  sonde record bug.sonde --target comm=nginx --duration 10s
  sonde record tests.sonde -- npm test
  sonde replay bug.sonde`;

/** `sonde record`: writes down what probes deliver, to be replayed elsewhere. */
export const addRecordCommand: AddCommand = (program, invocation) => {
  const command = program
    .command('record')
    .description('Record what the kernel delivers into a file, so that it can be replayed without privileges.')
    .usage('[options] <file> [-- COMMAND ARG…]')
    .argument('<file>', 'file to write');
  addAgentOptions(command)
    .option('--force', 'overwrite a file that exists')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: AgentCommandOptions & { force?: boolean }) => {
      if (file === '-') command.error("error: stdout takes no recording; './-' is a file of this name");
      const agent = await composeAgent(options, invocation.command);
      invocation.status = await record({
        agent,
        file,
        overwrite: options.force,
        command: invocation.command,
        duration: options.duration,
        stats: options.stats,
      });
    });
};
