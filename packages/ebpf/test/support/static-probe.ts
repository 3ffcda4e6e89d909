import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('./static-probe.c', import.meta.url));
const output = fileURLToPath(new URL('../../../../.build/ebpf-test/', import.meta.url));

/** A process with the static probe `shop:sold(int)`. */
export class StaticProbe implements AsyncDisposable {
  /** The program. */
  static readonly path = `${output}static-probe`;
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#answers = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  }

  /** Starts one, and compiles the program where its source changed. */
  static async start(): Promise<StaticProbe> {
    const { path } = StaticProbe;
    if (!existsSync(path) || statSync(path).mtimeMs < statSync(source).mtimeMs) {
      mkdirSync(output, { recursive: true });
      const unfinished = `${path}.${process.pid}`;
      execFileSync('gcc', ['-O1', '-Wall', '-Werror', '-o', unfinished, source]);
      renameSync(unfinished, path);
    }
    const child = spawn(path, { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(child, 'spawn');
    return new StaticProbe(child);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Passes the probe once, with the length of `what`. Returns whether the program saw somebody listen. */
  async sell(what: string): Promise<string> {
    this.#child.stdin!.write(`${what}\n`);
    return (await this.#answers.next()).value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await closed;
  }
}
