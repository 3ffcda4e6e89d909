import type { ProbeEvent } from '@sonde/core';
import { formatDuration } from './format.js';

/** An event of a probe's own in one line: its name, then what it holds, as `name=value`. Parts of parts are left out. */
export function eventLine({ event, ...fields }: ProbeEvent): string {
  const parts = Object.entries(fields).flatMap(([name, value]) => {
    const text = valueText(name, value);
    return text === null ? [] : [`${name.replace(/Ns$/, '')}=${text}`];
  });
  return [event, ...parts].join('  ');
}

function valueText(name: string, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' && name.endsWith('Ns')) return formatDuration(value);
  if (typeof value !== 'object') return printable(String(value));
  const { address, port, pid, name: called } = value as Record<string, unknown>;
  if (typeof address === 'string') {
    return port == null ? printable(address) : `${address.includes(':') ? `[${address}]` : address}:${port}`;
  }
  if (typeof pid === 'number') return typeof called === 'string' ? `${printable(called)}[${pid}]` : String(pid);
  const numbers = Object.entries(value).filter(([, inner]) => typeof inner === 'number');
  if (numbers.length === 0 || numbers.length !== Object.keys(value).length) return null;
  return numbers.map(([inner, number]) => `${inner}:${number}`).join(',');
}

/** Names of programs may hold anything, also what a terminal would obey. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
