#!/usr/bin/env node
/**
 * Holds the decoder against a corpus: captures with the exchanges that other decoders read from them.
 *
 *   node scripts/corpus.mjs DIR [--only TEXT] [--protocol NAME] [--mode whole,split,drop] [--seeds 5] [--quiet] [--json]
 *
 * DIR holds `captures/…/NAME.pcap` and `expected/…/NAME.json`. Three modes: the capture as it is; every TCP segment cut
 * into pieces of 1 to 64 bytes (nothing may change); one data segment in a hundred left out (exchanges may be missing,
 * but none may be wrong or invented). The sources are run, nothing has to be built.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { compare } from './corpus/compare.mjs';
import { decode, loadSources } from './corpus/decode.mjs';
import { print, summarise } from './corpus/print.mjs';
import { dropSegments, randomFrom, splitSegments } from './corpus/rewrite.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    protocol: { type: 'string' },
    mode: { type: 'string', default: 'whole,split,drop' },
    seeds: { type: 'string', default: '5' },
    quiet: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const [directory] = positionals;
if (!directory) {
  console.error(
    'usage: node scripts/corpus.mjs DIR [--only TEXT] [--protocol NAME] [--mode whole,split,drop] [--seeds N]',
  );
  process.exit(2);
}

const sources = await loadSources();
const files = findFiles(join(directory, 'expected')).filter((file) => file.includes(values.only));
const results = [];
for (const file of files) {
  const expected = JSON.parse(readFileSync(file, 'utf8'));
  if (values.protocol && !expected.covers.includes(values.protocol)) continue;
  const bytes = readFileSync(join(directory, expected.capture));
  const name = relative(join(directory, 'expected'), file).replace(/\.json$/, '');
  for (const mode of values.mode.split(',')) {
    const seeds = mode === 'whole' ? 1 : Number(values.seeds);
    for (let seed = 1; seed <= seeds; seed++) {
      const random = randomFrom(seed);
      const capture =
        mode === 'split'
          ? splitSegments(sources, bytes, random)
          : mode === 'drop'
            ? dropSegments(sources, bytes, random)
            : bytes;
      const actual = decode(sources, capture);
      const result = compare(expected, actual, { protocol: values.protocol, lossy: mode === 'drop' });
      results.push({ name, mode, seed, ...result });
    }
  }
}

const summary = summarise(results);
if (values.json) console.log(JSON.stringify({ summary, results }, null, 1));
else print(results, summary, values.quiet);
process.exit(summary.every((row) => row.missing + row.invented + row.wrong === 0) ? 0 : 1);

function findFiles(folder) {
  return readdirSync(folder, { recursive: true })
    .map((entry) => join(folder, String(entry)))
    .filter((path) => path.endsWith('.json'))
    .sort();
}
