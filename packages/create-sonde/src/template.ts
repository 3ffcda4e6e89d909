import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PluginKind } from './kinds.js';
import type { Description } from './manifest.js';
import type { Names } from './names.js';

/** A file of a package that is to be: its path, with `/`, and its content. */
export interface TemplateFile {
  path: string;
  text: string;
}

const CAMEL = '__camel__';
const TEMPLATES = fileURLToPath(new URL('../templates/', import.meta.url));

/** The files of a kind, with the names filled in; `package.json` is not among them. */
export function templateFiles(kind: PluginKind, names: Names, { description }: Description): TemplateFile[] {
  const values: Record<string, string> = { ...names, description };
  const fill = (text: string, known = values) =>
    text.replace(/__([a-z]+)__/g, (whole, key: string) => known[key] ?? whole);
  // In TypeScript the description stands between single quotes.
  const code = { ...values, description: description.replace(/[\\']/g, '\\$&') };
  return ['common', kind].flatMap((folder) =>
    filesBelow(join(TEMPLATES, folder)).map(({ path, text }) => ({
      // npm leaves out .gitignore when it packs, so it is called otherwise here.
      path: fill(path).replace(/(^|\/)_gitignore$/, '$1.gitignore'),
      text: fill(text, path.endsWith('.ts') ? code : values),
    })),
  );
}

/** Identifiers in the files that name the plugin's variable: it can't be called the same. */
export function wordsBeside(kind: PluginKind): ReadonlySet<string> {
  const files = filesBelow(join(TEMPLATES, kind)).filter(
    ({ path, text }) => path.endsWith('.ts') && text.includes(CAMEL),
  );
  const code = files.map(({ text }) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'/g, ' ')).join('\n');
  return new Set(code.match(/(?<![.\w$])[A-Za-z_$][\w$]*/g) ?? []);
}

function filesBelow(folder: string): TemplateFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({
      path: file.slice(folder.length + 1).replaceAll(sep, '/'),
      text: readFileSync(file, 'utf8'),
    }));
}
