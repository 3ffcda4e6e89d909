import { examine } from '../doctor/examine.js';
import { printExamination } from '../doctor/print.js';
import { ExitStatus } from '../exit-status.js';
import type { AddCommand } from '../program.js';
import { isColourful } from '../terminal.js';

const EXAMPLES = `
Every feature is tried: a program that does nothing is loaded and, where that does no harm, attached for a moment.

Exit status: 0 when the l7 probe can run, 3 when not.

Examples:
  sonde doctor
  sonde doctor --json | jq '.features[] | select(.state != "yes") | .name'`;

/** `sonde doctor`: what this kernel allows, and what to do about what it doesn't. */
export const addDoctorCommand: AddCommand = (program, invocation) => {
  program
    .command('doctor')
    .description("Say what this kernel and these privileges allow, and what to do about what they don't.")
    .option('--json', 'one JSON object instead of text')
    .addHelpText('after', EXAMPLES)
    .action(async (options: { json?: boolean }) => {
      const examination = await examine();
      const text = options.json
        ? `${JSON.stringify(examination, null, 2)}\n`
        : printExamination(examination, isColourful(process.stdout));
      process.stdout.write(text);
      invocation.status = examination.ready ? ExitStatus.ok : ExitStatus.capability;
    });
};
