import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Exchange, type Protocol, SondeError } from '@sonde/core';
import { exchangesFrom } from './exchanges-from.js';
import { readSamples } from './read-samples.js';
import type { Expectation, Sample } from './sample.js';

/** How {@link recordSample} records. */
export interface RecordSampleOptions {
  /** File to write, a `.jsonl`; what is there is replaced. @default none: the text is only returned */
  to?: string | URL;
  /** Which conversation of the capture, from 1. @default the only one */
  which?: number;
  /** Parser whose exchanges become the sample's expectations. Read them before you believe them. @default none */
  protocol?: Protocol;
}

/**
 * Makes a JSONL sample of a conversation: of a capture (`.pcap`, `.pcapng`), which needs no privileges, or of one that was
 * recorded live, by `recordThrough` (no privileges either) or a {@link SampleRecorder} behind an agent's probes.
 *
 * @returns the text of the sample.
 * @throws SondeError `SAMPLE_AMBIGUOUS`: the capture holds several conversations, and none was named;
 * `SAMPLE_INCOMPLETE`: a part of it was not captured. CaptureError when the capture is damaged.
 */
export async function recordSample(
  source: string | URL | Sample,
  { to, which, protocol }: RecordSampleOptions = {},
): Promise<string> {
  const sample = typeof source === 'string' || source instanceof URL ? await only(source, which) : source;
  const missing = (sample as { missing?: number }).missing ?? 0;
  if (missing > 0) {
    throw new SondeError(
      'SAMPLE_INCOMPLETE',
      `${sample.name}: ${missing} bytes of the conversation were not captured`,
      {
        hint: 'record it from its first packet on, with all bytes: tcpdump -s 0, or l7({ captureBytes: 16384 })',
      },
    );
  }
  const expected = protocol === undefined ? sample.exchanges : (await exchangesFrom(protocol, sample)).map(expectation);
  const lines = [
    ...sample.turns.map(({ fromClient, bytes }) => ({
      from: fromClient ? 'client' : 'server',
      hex: Buffer.from(bytes).toString('hex'),
    })),
    ...(expected ?? []).map((exchange) => ({ exchange })),
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  if (to !== undefined) writeFileSync(to, text);
  return text;
}

async function only(source: string | URL, which: number | undefined): Promise<Sample> {
  const path = source instanceof URL ? fileURLToPath(source) : source;
  const samples = await readSamples(path);
  const chosen = which === undefined && samples.length === 1 ? samples[0] : samples[(which ?? 0) - 1];
  if (chosen !== undefined) return chosen;
  const list = samples.map(({ turns, transport }, index) => `${index + 1}: ${transport}, ${turns.length} writes`);
  throw new SondeError('SAMPLE_AMBIGUOUS', `${path} holds ${samples.length} conversations`, {
    hint:
      samples.length === 0 ? 'no connection of it carried bytes' : `name one by which; ${list.slice(0, 10).join('; ')}`,
  });
}

/** What an exchange says of itself, without times, sizes and addresses. */
function expectation({ name, status, error, request, response }: Exchange): Expectation {
  return { name, status, error, request: named(request), response: response && named(response) };
}

function named(message: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(message).filter(([key, value]) => key !== 'kind' && value !== undefined));
}
