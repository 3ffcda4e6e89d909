import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SondeError } from '@sonde/core';
import { readCaptureSamples } from './read-capture-samples.js';
import type { Expectation, Sample, Turn } from './sample.js';

const CAPTURE = /\.(pcap|pcapng)(\.gz)?$/;

/**
 * Reads recorded conversations: a `.jsonl` file (one conversation), a capture (`.pcap`, `.pcapng`, also gzipped; one for
 * each connection), or a folder of both, in the order of names.
 *
 * A line of JSONL is `{"from": "client" | "server", "hex": "…"}` for each write; `{"exchange": {…}}` lines, anywhere in
 * the file, say what has to come out. A file whose name begins with `udp` holds datagrams.
 *
 * @throws SondeError `SAMPLE_INVALID` with file and line.
 */
export async function readSamples(path: string | URL): Promise<Sample[]> {
  const file = path instanceof URL ? fileURLToPath(path) : path;
  if (!statSync(file).isDirectory()) return readOne(file);
  const names = readdirSync(file).filter((name) => name.endsWith('.jsonl') || isCapture(name));
  return (await Promise.all(names.sort().map((name) => readOne(join(file, name))))).flat();
}

/** Whether a file is a capture, by its name. */
export function isCapture(file: string): boolean {
  return CAPTURE.test(file);
}

async function readOne(file: string): Promise<Sample[]> {
  return isCapture(file) ? readCaptureSamples(file) : [readJsonLines(file)];
}

function readJsonLines(file: string): Sample {
  const turns: Turn[] = [];
  const exchanges: Expectation[] = [];
  const lines = readFileSync(file, 'utf8').split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const entry = parse(line, `${file}:${index + 1}`);
    if (entry.exchange !== undefined) exchanges.push(entry.exchange);
    else turns.push({ fromClient: entry.from === 'client', bytes: Buffer.from(entry.hex, 'hex') });
  }
  const name = basename(file);
  const transport = name.startsWith('udp') ? 'udp' : 'tcp';
  return { name, transport, turns, ...(exchanges.length > 0 && { exchanges }) };
}

interface Line {
  from: 'client' | 'server';
  hex: string;
  exchange?: Expectation;
}

function parse(line: string, where: string): Line {
  let entry: Line;
  try {
    entry = JSON.parse(line) as Line;
  } catch (cause) {
    throw invalid(where, 'is not JSON', cause);
  }
  if (typeof entry?.exchange === 'object') return entry;
  if (entry?.from !== 'client' && entry?.from !== 'server') throw invalid(where, "'from' is neither client nor server");
  if (!/^([0-9a-f]{2})*$/i.test(entry.hex ?? '-')) throw invalid(where, "'hex' is not pairs of hex digits");
  return entry;
}

function invalid(where: string, reason: string, cause?: unknown): SondeError {
  const hint = 'each line is {"from": "client" | "server", "hex": "…"} or {"exchange": {…}}';
  return new SondeError('SAMPLE_INVALID', `${where}: ${reason}`, { hint, cause });
}
