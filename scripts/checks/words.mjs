import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceFiles } from '../lib/files.mjs';

export const title = 'no test is skipped for good, no work is left marked, no address of a registry';

const RULES = [
  [/\b(it|test|describe)\.(skip|todo|only)\(/, /\.test\.ts$/, 'a skipped test'],
  [/\b(TODO|FIXME|XXX)\b/, /\.(ts|mjs|c|h|md)$/, 'unfinished work'],
  [
    /registry\.npmjs|https?:\/\/[^\s"']*registry/,
    /(package-lock\.json|\.npmrc|\.md|\.mjs|\.ts)$/,
    'an address of a registry',
  ],
];

export function check(root) {
  const findings = [];
  for (const file of sourceFiles(root)) {
    if (file.startsWith('scripts/checks/')) continue;
    const text = RULES.some(([, name]) => name.test(file)) ? readFileSync(join(root, file), 'utf8') : '';
    for (const [pattern, name, what] of RULES) {
      if (name.test(file) && pattern.test(text)) findings.push(`${file}: ${what}`);
    }
  }
  return findings;
}
