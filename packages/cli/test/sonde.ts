import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const bin = join(root, 'packages/cli/bin/sonde.js');

/** Builds the command, unless its build is newer than its sources. Call it at the head of a suite. */
export function withBuiltCommand(): void {
  beforeAll(() => {
    const home = join(root, 'packages/cli');
    const built = join(home, 'dist/main.js');
    if (!existsSync(built)) {
      execFileSync('npx', ['turbo', 'run', 'build', '--filter=@sonde/cli', '--output-logs=errors-only'], { cwd: root });
    } else if (statSync(built).mtimeMs < newestIn(join(home, 'src'))) {
      execFileSync('npx', ['tsup', '--silent', '--no-dts', '--no-clean'], { cwd: home });
    }
  }, 300_000);
}

function newestIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(0, ...files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}

/** What a command wrote, and how it ended. */
export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
  /** The lines of stdout as JSON. */
  lines: Record<string, never>[];
}

/** Options of {@link sonde}. */
export interface SondeOptions {
  input?: Uint8Array;
  cwd?: string;
  /** In front of the command: `['setpriv', '--reuid', '65534']`. */
  through?: string[];
  /** What has to be on stderr before `whenReady` is called. @default 'ready' */
  until?: RegExp;
  /** Called once `until` is there. */
  whenReady?(child: ChildProcess, stderr: string): void | Promise<void>;
}

/** Runs the built command to its end. */
export async function sonde(args: string[], options: SondeOptions = {}): Promise<Outcome> {
  const [program, ...before] = [...(options.through ?? []), process.execPath];
  const environment = { ...process.env, NO_COLOR: '1', SONDE_DEBUG: '' };
  const child = spawn(program!, [...before, bin, ...args], { cwd: options.cwd, env: environment });
  const deadline = setTimeout(() => child.kill('SIGKILL'), 60_000);
  let [stdout, stderr] = ['', ''];
  let waiting = options.whenReady;
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
    if (waiting && (options.until ?? /^ready/m).test(stderr)) {
      void waiting(child, stderr);
      waiting = undefined;
    }
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.input);
  const [status] = await once(child, 'close');
  clearTimeout(deadline);
  return {
    status,
    stdout,
    stderr,
    get lines() {
      return stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    },
  };
}

/** A folder that is gone after the suite. @param parent where packages that are imported from it must be found */
export function temporaryFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'sonde-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
