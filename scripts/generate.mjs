#!/usr/bin/env node
/**
 * Writes whatever is generated from the built packages and committed: `docs/support-matrix.md`.
 *
 * `--check` writes nothing, names what has drifted, and fails if anything has.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drifted, generated } from './lib/generated.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
if (process.argv.includes('--check')) {
  const findings = await drifted(root);
  for (const finding of findings) console.error(finding);
  process.exit(findings.length > 0 ? 1 : 0);
}
for (const { path, text } of await generated(root)) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  console.log(path);
}
