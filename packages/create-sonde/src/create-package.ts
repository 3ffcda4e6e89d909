import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CreateError } from './create-error.js';
import { parseKind, withArticle } from './kinds.js';
import { manifest } from './manifest.js';
import { type Names, namesOf } from './names.js';
import { type TemplateFile, templateFiles } from './template.js';

/** What {@link createPackage} makes. */
export interface CreateOptions {
  /** `parser`, `probe` or `exporter`. */
  kind: string;
  /** The plugin's name (`tally`), or that of its package (`@acme/sonde-parser-tally`). */
  name: string;
  /** Where to put it; new, or empty but for `.git`. @default the package's name without its scope, in `from` */
  directory?: string;
  /** Folder that paths begin at. @default the working directory */
  from?: string;
  /** One line for `package.json` and the README. @default names the plugin */
  description?: string;
  /** Author, as in `package.json`. @default none */
  author?: string;
}

/** What was made. */
export interface CreatedPackage {
  names: Names;
  /** Whole path. */
  directory: string;
  /** Paths in it. */
  files: readonly string[];
}

/** What a folder may hold and still be called empty. */
const NOTHING = new Set(['.git', '.DS_Store', 'Thumbs.db']);

/**
 * Writes a package with a working plugin of its kind.
 *
 * @throws CreateError `KIND_UNKNOWN`, `NAME_INVALID`, `FOLDER_NOT_EMPTY`, `WRITE_FAILED`; nothing was written but in the
 * last case.
 */
export async function createPackage(options: CreateOptions): Promise<CreatedPackage> {
  const kind = parseKind(options.kind);
  const names = namesOf(kind, options.name);
  const about = {
    description: options.description?.replace(/\s+/g, ' ').trim() || `${names.name}, ${withArticle(kind)} for Sonde`,
    author: options.author?.trim() ?? '',
  };
  const folder = options.directory ?? names.package.replace(/^@[^/]*\//, '');
  const directory = resolve(options.from ?? process.cwd(), folder);
  requireEmpty(directory);
  const files = [
    { path: 'package.json', text: `${JSON.stringify(manifest(kind, names, about, testedVersions()), null, 2)}\n` },
    ...templateFiles(kind, names, about),
  ];
  write(directory, files);
  return { names, directory, files: files.map(({ path }) => path).sort() };
}

/** Versions that this package was built and tested with: they stand in its own manifest. */
function testedVersions(): Record<string, string> {
  const own = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  return own.devDependencies;
}

function requireEmpty(directory: string): void {
  if (!existsSync(directory)) return;
  const held = statSync(directory).isDirectory()
    ? readdirSync(directory).find((name) => !NOTHING.has(name))
    : 'not a folder';
  if (held === undefined) return;
  const what = held === 'not a folder' ? 'is not a folder' : `is not empty: it holds '${held}'`;
  throw new CreateError('FOLDER_NOT_EMPTY', `${directory} ${what}`, 'Name another one with --directory.');
}

function write(directory: string, files: readonly TemplateFile[]): void {
  try {
    for (const { path, text } of files) {
      const file = join(directory, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, { flag: 'wx' });
    }
  } catch (cause) {
    const hint = 'Look at the permissions and the space of the folder above it; what was written is still there.';
    throw new CreateError('WRITE_FAILED', `${directory} can't be written: ${(cause as Error).message}`, hint, {
      cause,
    });
  }
}
