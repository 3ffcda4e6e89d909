#!/usr/bin/env node
/**
 * Conventions that are worth having are worth a check. Each check is a file in `checks/` that exports `title` and
 * `check(root)`, which returns a list of findings.
 */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
let passed = 0;
let failed = 0;
for (const file of readdirSync(join(here, 'checks')).sort()) {
  const { title, check } = await import(pathToFileURL(join(here, 'checks', file)).href);
  const findings = await check(root);
  if (findings.length === 0) {
    passed++;
    console.log(`ok    ${title}`);
  } else {
    failed++;
    console.log(`FAIL  ${title}`);
    for (const finding of findings.slice(0, 40)) console.log(`      ${finding}`);
  }
}
console.log(`check: ${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
