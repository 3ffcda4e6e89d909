import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';

/** Waits for a line on descriptor 3 before it turns into the command: nothing of it is missed. */
const SHIM = 'read -r _ <&3 || exit 125; exec 3<&-; exec "$@"';

/** A command that stands still until it is released, so that it is observed from its first instruction. */
export class ChildCommand {
  readonly #child: ChildProcess;
  readonly #gate: Writable;
  /** Resolves with the exit status to pass on: the command's own, or 128 and the number of the signal that ended it. */
  readonly status: Promise<number>;

  /**
   * Its stdout goes to stderr: stdout carries data only.
   *
   * @throws Error when no process can be started.
   */
  static async start(command: readonly string[]): Promise<ChildCommand> {
    const child = spawn('/bin/sh', ['-c', SHIM, 'sonde', ...command], { stdio: ['inherit', 2, 2, 'pipe'] });
    await once(child, 'spawn');
    return new ChildCommand(child);
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#gate = child.stdio[3] as Writable;
    // Whoever is killed before it is released reads nothing.
    this.#gate.on('error', () => {});
    this.status = once(child, 'exit').then(([code, signal]) => statusOf(code, signal));
  }

  /** The pid stays the same when the command takes the shim's place. */
  get pid(): number {
    return this.#child.pid as number;
  }

  /** Lets the command begin. */
  release(): void {
    this.#gate.end('\n');
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends a command that was never released. */
  abandon(): void {
    this.#gate.destroy();
  }
}

function statusOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
