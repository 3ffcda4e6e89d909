import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolders, sourceFiles } from '../lib/files.mjs';

export const title = 'packages, probes and parsers have the shape of their siblings';

const PARSER_FILES = ['index.ts', 'messages.ts', 'detect.ts', 'describe.ts'];

export function check(root) {
  const findings = [];
  const need = (path, why) => existsSync(join(root, path)) || findings.push(`${path} is missing: ${why}`);
  for (const name of packageFolders(root)) {
    const base = `packages/${name}`;
    need(`${base}/README.md`, 'every package has a README');
    const manifest = JSON.parse(readFileSync(join(root, base, 'package.json'), 'utf8'));
    if (!manifest.license) findings.push(`${base}/package.json names no licence`);
    if (!manifest.description) findings.push(`${base}/package.json has no description`);
    if (name.startsWith('libbpf-')) continue;
    need(`${base}/src/index.ts`, 'every package has one entry');
    need(`${base}/tsup.config.ts`, 'every package is built alike');
    if (name.startsWith('probe-')) need(`${base}/test`, 'a probe has an integration test');
  }
  const protocols = sourceFiles(root, 'packages/probe-l7/src/protocols');
  const folders = new Set(protocols.map((file) => file.split('/')[4]).filter((part) => part && !part.includes('.')));
  for (const folder of folders) {
    const base = `packages/probe-l7/src/protocols/${folder}`;
    for (const file of PARSER_FILES) need(`${base}/${file}`, 'parsers look alike');
    if (!protocols.some((file) => file.startsWith(`${base}/`) && file.endsWith('.test.ts'))) {
      findings.push(`${base} has no test`);
    }
  }
  for (const file of sourceFiles(root)) {
    if (!/\.(ts|mjs|c|h)$/.test(file) || /\.gen\.|fixtures\//.test(file)) continue;
    const lines = readFileSync(join(root, file), 'utf8').split('\n').length;
    if (lines > 700) findings.push(`${file} has ${lines} lines; none should have more than 700`);
  }
  return findings;
}
