import { spawn, spawnSync } from 'node:child_process';

/** Says what happens next, on stderr. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Ends the script with one clear line. */
export function die(text, status = 1) {
  process.stderr.write(`error: ${text}\n`);
  process.exit(status);
}

/** Runs a command to its end with our output; rejects with the command line when it fails. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else
        reject(Object.assign(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}`), { status: code }));
    });
  });
}

/** Runs a command and keeps its output; null when it fails. */
export function output(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() : null;
}

/** Whether a command can be found. */
export function has(command) {
  return (
    output('sh', ['-c', `command -v ${command}`]) !== null ||
    output('sh', ['-c', `command -v /usr/sbin/${command}`]) !== null
  );
}
