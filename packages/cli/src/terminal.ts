let divert: ((line: string) => void) | null = null;

/** Writes a line to stderr: progress, warnings, errors. Data never goes there, nor this to stdout. */
export function warn(line: string): void {
  if (divert !== null && process.stderr.isTTY) divert(line);
  else process.stderr.write(`${line}\n`);
}

/**
 * While a table has the screen, lines for stderr would tear it if both are the same terminal: they go to `listener`, and
 * to stderr when the returned function is called.
 */
export function divertWarnings(listener: (line: string) => void): () => void {
  const kept: string[] = [];
  divert = (line) => {
    if (kept.length < 100) kept.push(line);
    listener(line);
  };
  return () => {
    divert = null;
    for (const line of kept) warn(line);
  };
}

/** Whether a stream may be coloured: it is a terminal, and nobody asked otherwise (https://no-color.org). */
export function isColourful(stream: { isTTY?: boolean }, environment = process.env): boolean {
  if (environment.NO_COLOR) return false;
  return stream.isTTY === true && environment.TERM !== 'dumb';
}
