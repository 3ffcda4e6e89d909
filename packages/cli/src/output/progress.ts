import type { WriteStream } from 'node:tty';
import { fit } from './pretty/format.js';

const INTERVAL_MS = 500;
const CLEAR_LINE = '\r\x1b[K';

/** A line on a terminal that says how far long work has come. Shows nothing elsewhere, nor where it would hide data. */
export class Progress {
  readonly #terminal: WriteStream | null;
  #shownAt = performance.now();
  #isShown = false;

  /** @param terminal stderr; `data` is where the data goes. */
  constructor(terminal: NodeJS.WriteStream = process.stderr, data: { isTTY?: boolean } = process.stdout) {
    this.#terminal = terminal.isTTY && !data.isTTY ? (terminal as WriteStream) : null;
  }

  /** Shows a line, twice a second at most. */
  show(line: () => string): void {
    const now = performance.now();
    if (this.#terminal === null || now - this.#shownAt < INTERVAL_MS) return;
    this.#shownAt = now;
    this.#isShown = true;
    this.#terminal.write(CLEAR_LINE + fit(line(), (this.#terminal.columns || 80) - 1).trimEnd());
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#isShown) this.#terminal?.write(CLEAR_LINE);
    this.#isShown = false;
  }
}

/** Writes a number of bytes with a fitting unit. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
