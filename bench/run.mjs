#!/usr/bin/env node
/**
 * `npm run bench`: every figure of the documentation, measured here. One folder for each question.
 *
 *   npm run bench                       all
 *   npm run bench -- ring parse         some
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const known = readdirSync(here).filter((name) => existsSync(join(here, name, 'run.mjs')));
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`error: unknown bench '${unknown[0]}'; there are: ${known.join(', ')}\n`);
  process.exit(2);
}
let failed = 0;
for (const name of chosen.length > 0 ? chosen : known) {
  process.stderr.write(`== ${name}\n`);
  const child = spawn(process.execPath, [join(here, name, 'run.mjs')], { stdio: 'inherit' });
  const [status] = await once(child, 'exit');
  if (status !== 0) failed++;
}
process.exit(failed > 0 ? 1 : 0);
