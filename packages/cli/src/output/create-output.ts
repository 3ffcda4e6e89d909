import type { WriteStream } from 'node:tty';
import { type ExchangeOutput, noOutput } from './exchange-output.js';
import { JsonLines } from './jsonl.js';
import { LiveTable } from './pretty/live-table.js';
import { PlainTable } from './pretty/plain-table.js';

/** Where exchanges go on stdout. `live` for what goes on until it is stopped, in place of a file that is read. */
export function createOutput(form: string, live = false): ExchangeOutput {
  if (form === 'jsonl') return new JsonLines(process.stdout);
  if (form !== 'pretty') return noOutput;
  return live && process.stdout.isTTY ? new LiveTable(process.stdout as WriteStream) : new PlainTable(process.stdout);
}
