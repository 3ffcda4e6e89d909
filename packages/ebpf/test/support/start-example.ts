import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sources = fileURLToPath(new URL('../../src/index.ts', import.meta.url));
const jiti = join(dirname(createRequire(import.meta.url).resolve('jiti/package.json')), 'lib', 'jiti-cli.mjs');

/** A running example. */
export interface RunningExample extends AsyncDisposable {
  readonly pid: number;
  /** Sends SIGINT, and gives what it wrote to standard output until it ended. */
  interrupt(): Promise<string>;
  /** Waits for its end, and gives what it wrote. */
  end(): Promise<string>;
}

/**
 * Runs `src/index.ts` of an example on the sources of this package, and waits until it says `ready`.
 *
 * @throws Error with its status and what it wrote, if it ends before; or with another status than 0
 */
export async function startExample(folder: string, args: string[] = []): Promise<RunningExample> {
  const child = spawn(process.execPath, [jiti, join(folder, 'src', 'index.ts'), ...args], {
    env: { ...process.env, JITI_ALIAS: JSON.stringify({ '@sonde/ebpf': sources }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  const exited = once(child, 'close');
  const ready = new Promise<void>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
      if (/^ready/m.test(errors)) resolve();
    });
  });
  await Promise.race([ready, exited]);
  if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${errors}${output}`);

  const end = async () => {
    const [status, signal] = await exited;
    if (status !== 0) throw new Error(`it ended with ${status ?? signal}: ${errors}`);
    return output;
  };
  return {
    pid: child.pid as number,
    end,
    interrupt() {
      child.kill('SIGINT');
      return end();
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
}
