import { exitStatusOf } from './exit-status.js';
import { watchStdout } from './output/stdout-fault.js';
import { runProgram } from './program.js';
import { reportError } from './report-error.js';

watchStdout();
// The status is set rather than the process ended, so that what was written to pipes still gets through.
try {
  process.exitCode = await runProgram(process.argv.slice(2));
} catch (error) {
  reportError(error);
  process.exitCode = exitStatusOf(error);
}
