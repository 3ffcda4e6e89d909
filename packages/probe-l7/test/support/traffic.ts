import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
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

/** Programs of test/programs, compiled into a directory that goes with `close`. */
export class Programs {
  readonly #directory = mkdtempSync(join(tmpdir(), 'sonde-l7-'));
  readonly #running = new Set<Program>();
  readonly #compiled = new Map<string, string>();

  /** Path of a program; compiles it the first time. */
  compile(name: string): string {
    const known = this.#compiled.get(name);
    if (known !== undefined) return known;
    const source = fileURLToPath(new URL(`../programs/${name}.c`, import.meta.url));
    const binary = join(this.#directory, name);
    execFileSync('gcc', ['-O1', '-Wall', '-pthread', '-o', binary, source], { stdio: 'pipe' });
    this.#compiled.set(name, binary);
    return binary;
  }

  start(command: string, args: readonly string[]): Program {
    const program = new Program(command, args, () => this.#running.delete(program));
    this.#running.add(program);
    return program;
  }

  async close(): Promise<void> {
    for (const program of this.#running) await program.kill();
    rmSync(this.#directory, { recursive: true, force: true });
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
