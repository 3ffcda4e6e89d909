import type { EndpointRow } from './endpoint-table.js';
import { fit, formatCount, formatDuration } from './format.js';

/** How a table is drawn. */
export interface TableStyle {
  /** Columns of the terminal. */
  width: number;
  /** Most lines, the heading included. */
  height: number;
  colour: boolean;
}

const NUMBERS = ['req/s', 'total', 'errors', 'p50', 'p95', 'p99'] as const;
const NUMBER_WIDTH = 8;
const MIN_NAME = 12;
const BOLD = '\x1b[1m';
const RED = '\x1b[31m';
const DIM = '\x1b[2m';
const RESET = '\x1b[0m';

/** Draws the table: as many columns and lines as fit, with a last line that says how many rows are left out. */
export function renderTable(rows: readonly EndpointRow[], { width, height, colour }: TableStyle): string[] {
  const protocolWidth = Math.max(8, ...rows.map((row) => row.protocol.length));
  const room = width - protocolWidth - 2;
  // The numbers that matter most come first, and the last ones go when the terminal is narrow.
  const shown = Math.max(1, Math.min(NUMBERS.length, Math.floor((room - MIN_NAME) / NUMBER_WIDTH)));
  const longest = Math.max(MIN_NAME, ...rows.map((row) => [...row.name].length));
  const nameWidth = Math.max(1, Math.min(room - shown * NUMBER_WIDTH, longest));
  const paint = (text: string, code: string) => (colour ? `${code}${text}${RESET}` : text);

  const heading = NUMBERS.slice(0, shown).map((name) => name.padStart(NUMBER_WIDTH));
  const lines = [paint(`${fit('protocol', protocolWidth)}  ${fit('name', nameWidth)}${heading.join('')}`, BOLD)];
  const left = rows.length - (height - 1);
  for (const row of left > 0 ? rows.slice(0, Math.max(0, height - 2)) : rows) {
    const cells = numbersOf(row).slice(0, shown);
    const text = cells.map((cell, index) => {
      const padded = cell.padStart(NUMBER_WIDTH);
      return NUMBERS[index] === 'errors' && row.errors > 0 ? paint(padded, RED) : padded;
    });
    lines.push(`${paint(fit(row.protocol, protocolWidth), DIM)}  ${fit(row.name, nameWidth)}${text.join('')}`);
  }
  if (left > 0 && height >= 2) lines.push(paint(`… and ${rows.length - (lines.length - 1)} more`, DIM));
  return lines;
}

function numbersOf(row: EndpointRow): string[] {
  return [
    formatCount(row.rate),
    formatCount(row.total),
    formatCount(row.errors),
    formatDuration(row.p50),
    formatDuration(row.p95),
    formatDuration(row.p99),
  ];
}
