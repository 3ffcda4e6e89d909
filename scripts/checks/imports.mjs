import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceFiles } from '../lib/files.mjs';

export const title = 'imports flow downwards, and packages are reached through their index';

/** Storeys of the house: a package may import from storeys below its own only. */
const STOREY = { ebpf: 0, core: 1, testkit: 2, cli: 5 };
const storey = (name) => STOREY[name] ?? (name.startsWith('libbpf-') ? -1 : 3);

export function check(root) {
  const findings = [];
  for (const file of sourceFiles(root, 'packages')) {
    const [, from, folder] = file.split('/');
    if (!/\.(ts|mts)$/.test(file) || folder !== 'src' || file.endsWith('.test.ts')) continue;
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, target] of text.matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)) {
      if (target.startsWith('@sonde/')) {
        const [, to, ...rest] = target.split('/');
        if (to !== from && storey(to) >= storey(from)) findings.push(`${file}: ${from} may not import ${to}`);
        if (rest.length > 0 && rest[0] !== 'package.json') findings.push(`${file}: reaches into ${target}`);
      } else if (target.startsWith('.')) {
        if (!/\.(js|json)$/.test(target)) findings.push(`${file}: '${target}' has no extension`);
        const depth = file.split('/').length - 3;
        const ups = target.split('/').filter((part) => part === '..').length;
        if (ups > depth) findings.push(`${file}: '${target}' leaves the package`);
      }
    }
  }
  return findings;
}
