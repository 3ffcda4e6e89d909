import { InvalidArgumentError } from 'commander';

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads a duration: `500ms`, `10s`, `2m`, `1h`; a bare number is in seconds. Gives milliseconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  const value = match ? Number(match[1]) * UNITS[match[2] ?? 's']! : 0;
  if (!(value > 0))
    throw new InvalidArgumentError('A duration is a number with a unit, or of seconds: 500ms, 10s, 2m, 1h, 10.');
  // What a timer can hold.
  if (value > 0x7fffffff) throw new InvalidArgumentError('The longest duration is 596 hours.');
  return value;
}

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** For options that take a list, and may be given several times: `--probe l7,flowtracer`. */
export function collectList(value: string, before: readonly string[] = []): string[] {
  const names = value.split(',').map((name) => name.trim());
  if (names.some((name) => name === '')) throw new InvalidArgumentError('A name is missing in the list.');
  return [...before, ...names];
}

/** Reads `HOST:PORT`, `:PORT` or `PORT`; IPv6 addresses stand in brackets. Port 0 picks a free one. */
export function parseListen(text: string): { host: string; port: number } {
  const match = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*)):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[3] ?? Number.NaN);
  if (!match || !(port <= 65535))
    throw new InvalidArgumentError('It has the form HOST:PORT, :PORT or PORT, e.g. 127.0.0.1:9464; IPv6 in brackets.');
  return { host: match[1] ?? (match[2] || '127.0.0.1'), port };
}

/** Reads `PORT=PROTOCOL`. */
export function collectPortHint(value: string, before: ReadonlyMap<number, string> = new Map()): Map<number, string> {
  const match = /^(\d{1,5})=([a-z][a-z0-9-]*)$/.exec(value);
  const port = Number(match?.[1] ?? 0);
  if (!match || port < 1 || port > 65535)
    throw new InvalidArgumentError('It has the form PORT=PROTOCOL, e.g. 8080=http1.');
  return new Map(before).set(port, match[2] as string);
}
