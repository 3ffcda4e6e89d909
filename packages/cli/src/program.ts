import { nearestName } from '@sonde/core';
import { Command } from 'commander';
import { addDecodeCommand } from './commands/decode.js';
import { addDemoCommand } from './commands/demo.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addProbesCommand } from './commands/probes.js';
import { addRecordCommand } from './commands/record.js';
import { addReplayCommand } from './commands/replay.js';
import { addRunCommand } from './commands/run.js';
import { ExitStatus } from './exit-status.js';
import { version } from './version.js';

/** What commands share with the program that runs them. */
export interface Invocation {
  /** What stands behind `--`, or null without it. */
  readonly command: readonly string[] | null;
  /** Exit status; commands set it. */
  status: number;
}

/** Adds one command to the program. */
export type AddCommand = (program: Command, invocation: Invocation) => void;

const COMMANDS: readonly AddCommand[] = [
  addRunCommand,
  addDecodeCommand,
  addRecordCommand,
  addReplayCommand,
  addDoctorCommand,
  addProbesCommand,
  addDemoCommand,
];

const EXAMPLES = `
Examples:
  sonde run --target comm=nginx                what nginx is asked, live
  sonde run -- npm test                        every query that a test suite makes
  sonde decode capture.pcap | jq .request      requests in a capture, without privileges
  sonde doctor                                 what this kernel allows

Exit status: 0 done, 1 a fault while running, 2 usage or configuration, 3 the kernel or the privileges lack something.`;

/**
 * Runs the command line.
 *
 * @param argv arguments without node and script.
 * @returns the exit status.
 * @throws CommanderError for usage, SondeError for what a command can't do; `exitStatusOf` knows their statuses.
 */
export async function runProgram(argv: readonly string[]): Promise<number> {
  // Taken off here: commander would take words without `--` before them for the command, too.
  const separator = argv.indexOf('--');
  const own = separator < 0 ? argv : argv.slice(0, separator);
  const command = separator < 0 ? null : argv.slice(separator + 1);
  const invocation: Invocation = { command, status: ExitStatus.ok };
  await createProgram(invocation).parseAsync([...own], { from: 'user' });
  return invocation.status;
}

/** The commander program, with all commands. */
export function createProgram(invocation: Invocation): Command {
  const program = new Command('sonde')
    .description('Observes programs from the kernel: requests, spans and metrics, with no change to the programs.')
    .version(version, '-V, --version')
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText('after', EXAMPLES)
    .exitOverride();
  for (const add of COMMANDS) add(program, invocation);
  program.on('command:*', ([name]: [string]) => {
    // Commander's own guess calls `probes` near to `frob`.
    const nearest = nearestName(
      name,
      program.commands.map((command) => command.name()),
    );
    const guess = nearest === null ? '' : `\n(Did you mean ${nearest}?)`;
    program.error(`error: unknown command '${name}'${guess}`, { code: 'commander.unknownCommand' });
  });
  for (const child of program.commands) child.copyInheritedSettings(program);
  return program;
}
