import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../.build/classes/', import.meta.url));

/**
 * Compiles a Java program of one file, unless that was done since it was changed.
 *
 * @param {string} source path of the file
 * @param {string} name folder that the classes go to: one for each class path that it is compiled with
 * @param {string} classPath what it needs
 * @returns {Promise<string>} class path with the program and what it needs
 */
export async function javaProgram(source, name, classPath) {
  const folder = join(cache, name);
  const main = join(folder, basename(source).replace(/java$/, 'class'));
  if (!existsSync(main) || statSync(main).mtimeMs < statSync(source).mtimeMs) {
    mkdirSync(folder, { recursive: true });
    await run('javac', ['-nowarn', '-cp', classPath, '-d', folder, source]);
  }
  return `${folder}:${classPath}`;
}
