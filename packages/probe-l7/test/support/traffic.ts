import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PATTERN = 'SONDE-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRST';
const DEADLINE_MS = 20_000;

/** What programs/traffic.c writes from `position` on, in either direction. */
export function pattern(position: number, length: number): string {
  const from = position % 64;
  return PATTERN.repeat(Math.ceil((from + length) / 64)).slice(from, from + length);
}

/** Where compiled programs stay for the next run; git ignores it. */
const directory = fileURLToPath(new URL('../../../../.build/l7-programs/', import.meta.url));

/** Path of a program of test/programs, compiled if it has changed. */
export function compile(name: string): string {
  const source = fileURLToPath(new URL(`../programs/${name}.c`, import.meta.url));
  const hash = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 16);
  const binary = join(directory, `${name}-${hash}`);
  if (existsSync(binary)) return binary;
  mkdirSync(directory, { recursive: true });
  const partial = `${binary}.${process.pid}`;
  execFileSync('gcc', ['-O1', '-Wall', '-pthread', '-o', partial, source], { stdio: 'pipe' });
  renameSync(partial, binary);
  return binary;
}

/** Programs that run; none is left behind. */
export class Programs {
  readonly #running = new Set<Program>();

  start(command: string, args: readonly string[]): Program {
    const program = new Program(command, args, () => this.#running.delete(program));
    this.#running.add(program);
    return program;
  }

  async close(): Promise<void> {
    for (const program of this.#running) await program.kill();
  }
}

/** A program that says where it is, a line at a time, and goes on when told. */
export class Program {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #interface: Interface;
  readonly #exit: Promise<unknown>;
  #errors = '';

  constructor(command: string, args: readonly string[], ended: () => void) {
    this.#child = spawn(command, args, { stdio: 'pipe' });
    this.pid = this.#child.pid!;
    this.#exit = once(this.#child, 'exit').finally(ended);
    this.#child.stderr!.on('data', (data) => {
      this.#errors += data;
    });
    this.#interface = createInterface({ input: this.#child.stdout! });
    this.#lines = this.#interface[Symbol.asyncIterator]();
  }

  /** The next line that it says. */
  async said(): Promise<string> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), DEADLINE_MS);
    const { value, done } = await this.#lines.next();
    clearTimeout(timer);
    if (done) throw new Error(`the program has ended: ${this.#errors || 'no error'}`);
    return value;
  }

  /** Waits until it says so. */
  async reaches(line: string): Promise<void> {
    const said = await this.said();
    if (said !== line) throw new Error(`the program said '${said}', not '${line}'`);
  }

  goOn(): void {
    this.#child.stdin!.write('\n');
  }

  /** Lets it end. */
  async end(): Promise<void> {
    this.goOn();
    this.#child.stdin!.end();
    await this.#exit;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
  }
}
