import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageFolders } from '../lib/files.mjs';

export const title = 'packages can be published: publint and are-the-types-wrong agree';

const exec = promisify(execFile);

export async function check(root) {
  const findings = [];
  const bin = (name) => join(root, 'node_modules', '.bin', name);
  for (const name of packageFolders(root)) {
    const folder = join(root, 'packages', name);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (manifest.private || name.startsWith('libbpf-')) continue;
    if (!existsSync(join(folder, 'dist', 'index.js'))) {
      findings.push(`${name} is not built: npm run build`);
      continue;
    }
    const tools = [
      [bin('publint'), ['--strict', folder]],
      [bin('attw'), ['--pack', folder, '--profile', 'esm-only', '--format', 'ascii', '--no-color']],
    ];
    for (const [tool, args] of tools) {
      try {
        await exec(tool, args, { cwd: folder, maxBuffer: 16 << 20 });
      } catch (error) {
        findings.push(
          `${name}: ${tool.split('/').at(-1)}: ${`${error.stdout}${error.stderr}`.trim().split('\n').slice(-6).join(' | ')}`,
        );
      }
    }
  }
  return findings;
}
