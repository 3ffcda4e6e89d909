import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigurationError } from '../contracts/index.js';
import { suggestion } from './nearest.js';

/** Names of configuration files, the first that there is wins. */
export const CONFIG_NAMES = [
  'sonde.config.ts',
  'sonde.config.mts',
  'sonde.config.js',
  'sonde.config.mjs',
  'sonde.config.json',
] as const;

/**
 * The configuration file: the one that is named, else the first of {@link CONFIG_NAMES} in the folder; null if there is
 * none.
 *
 * @throws ConfigurationError `CONFIG_NOT_FOUND` if the named file isn't there, `CONFIG_FORMAT` if its name says nothing
 */
export function findConfig(path: string | undefined, folder: string): string | null {
  if (path === undefined) {
    const name = CONFIG_NAMES.find((candidate) => existsSync(join(folder, candidate)));
    return name === undefined ? null : join(folder, name);
  }
  const absolute = resolve(folder, path);
  if (!existsSync(absolute) || !statSync(absolute).isFile()) {
    throw new ConfigurationError('CONFIG_NOT_FOUND', `there is no configuration ${path}${near(absolute)}`, {
      hint: `names that are found without -c: ${CONFIG_NAMES.join(', ')}`,
    });
  }
  if (!/\.([cm]?[jt]s|json)$/.test(absolute)) {
    throw new ConfigurationError('CONFIG_FORMAT', `configuration ${path} is none of .ts, .js, .mjs and .json`);
  }
  return absolute;
}

function near(absolute: string): string {
  const folder = resolve(absolute, '..');
  return suggestion(
    absolute.slice(folder.length + 1),
    existsSync(folder) ? CONFIG_NAMES.filter((name) => existsSync(join(folder, name))) : [],
  );
}
