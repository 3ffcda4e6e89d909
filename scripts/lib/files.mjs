import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Files of the checkout that git would commit, below `under`, as paths from the root. */
export function sourceFiles(root, under = '.') {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', under];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 }).split('\0');
  return listed.filter((file) => file !== '' && existsSync(join(root, file)));
}

/** Names of the packages' folders. */
export function packageFolders(root) {
  return readdirSync(join(root, 'packages')).filter((name) => existsSync(join(root, 'packages', name, 'package.json')));
}
