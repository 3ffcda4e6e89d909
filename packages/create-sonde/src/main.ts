import { run } from './run.js';

process.exitCode = await run(process.argv.slice(2), {
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  directory: process.cwd(),
  interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
});
