import { CreateError } from './create-error.js';
import { type PluginKind, withArticle } from './kinds.js';
import { wordsBeside } from './template.js';

/** A plugin's names, in all the forms that its files need. */
export interface Names {
  /** As in `sonde run --probe NAME`: `my-cache`. */
  name: string;
  /** Of the package: `sonde-parser-my-cache`, `@acme/sonde-parser-my-cache`. */
  package: string;
  /** What the plugin is called in TypeScript: `myCache`; where that is taken, `myCacheParser`. */
  camel: string;
  /** `MyCache` */
  pascal: string;
  /** `my_cache` */
  snake: string;
}

/** As npm has it, without the forms that only old packages have. */
const PACKAGE = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Words of the language that no variable can be called by. */
const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
);

/**
 * Derives the names.
 *
 * @param given a short name (`tally`), or the whole name of a package, which then stays as it is.
 * @throws CreateError `NAME_INVALID`
 */
export function namesOf(kind: PluginKind, given: string): Names {
  const whole = given.startsWith('@') || given.startsWith('sonde-') ? given : `sonde-${kind}-${given}`;
  const name = given
    .replace(/^@[^/]*\//, '')
    .replace(/^sonde-/, '')
    .replace(/^(parser|protocol|probe|exporter)-/, '');
  if (!NAME.test(name) || !PACKAGE.test(whole) || whole.length > 214) {
    throw invalid(`'${given}' can't be the name of ${withArticle(kind)}`);
  }
  const words = name.split('-');
  const pascal = words.map((word) => `${word[0]!.toUpperCase()}${word.slice(1)}`).join('');
  const camel = `${pascal[0]!.toLowerCase()}${pascal.slice(1)}`;
  // `sonde` finds a factory by either name.
  const taken = RESERVED.has(camel) || wordsBeside(kind).has(camel);
  const suffix = taken ? `${kind[0]!.toUpperCase()}${kind.slice(1)}` : '';
  return { name, package: whole, camel: `${camel}${suffix}`, pascal, snake: words.join('_') };
}

function invalid(message: string): CreateError {
  return new CreateError(
    'NAME_INVALID',
    message,
    'Lower-case words with hyphens, the first begins with a letter: my-cache, or @acme/sonde-parser-my-cache.',
  );
}
