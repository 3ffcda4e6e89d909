import { toError } from '../runtime/deadline.js';

/** Most characters of another program's message that are repeated. */
const MAX_LENGTH = 300;

/**
 * What was thrown, on one line: Node lists who required a missing module (`Require stack:`), compilers quote the source,
 * JSON parsers the text.
 */
export function errorSummary(thrown: unknown): string {
  const { name, message } = toError(thrown);
  const [told = ''] = message.split('\nRequire stack:');
  const line = told.replace(/\s*\n\s*/g, ' ').trim() || name;
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line;
}

/**
 * What to do about a module of the user's that can't be imported; undefined where the message says it all.
 *
 * @param file the module that was to be imported
 */
export function importHint(thrown: unknown, file: string): string | undefined {
  const { name, message } = toError(thrown);
  const missing = /^Cannot find (?:module|package) '([^']+)'/.exec(message)?.[1];
  if (missing !== undefined) {
    const parts = /^(@[^/]+\/[^/]+|[^./@][^/]*)/.exec(missing);
    return parts === null ? 'imports of files end in their extension' : `beside ${file}: npm install ${parts[1]}`;
  }
  // Node tells the place of a syntax error on its own stderr only.
  return name === 'SyntaxError' && /\.[cm]?js$/.test(file) ? `node --check ${file} shows the place` : undefined;
}
