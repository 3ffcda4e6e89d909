import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { conformance } from './conformance.mjs';
import { realServers } from './real-servers.mjs';
import { supportMatrix } from './support-matrix.mjs';

const L7 = 'packages/probe-l7/dist/index.js';

/** The generated files: path from the root, and text. Needs `npm run build`. */
export async function generated(root) {
  if (!existsSync(join(root, L7))) throw new Error(`${L7} is missing: npm run build`);
  const { builtinProtocols } = await import(pathToFileURL(join(root, L7)).href);
  const names = builtinProtocols.flatMap(({ name, variants }) => [name, ...Object.keys(variants ?? {})]);
  const proved = await conformance(root, builtinProtocols);
  return [{ path: 'docs/support-matrix.md', text: supportMatrix(builtinProtocols, proved, realServers(root, names)) }];
}

/** One line for each committed file that isn't what would be generated now. */
export async function drifted(root) {
  const findings = [];
  for (const { path, text } of await generated(root)) {
    const file = join(root, path);
    if (!existsSync(file)) findings.push(`${path} is missing: npm run generate`);
    else if (readFileSync(file, 'utf8') !== text)
      findings.push(`${path} is out of date: npm run build && npm run generate`);
  }
  return findings;
}
