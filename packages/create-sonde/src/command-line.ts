import { parseArgs } from 'node:util';
import { CreateError } from './create-error.js';
import { KINDS } from './kinds.js';

/** What the command line says; what it doesn't say is undefined. */
export interface CommandLine {
  kind?: string;
  name?: string;
  directory?: string;
  description?: string;
  author?: string;
  /** Ask nothing. */
  yes: boolean;
  help: boolean;
  version: boolean;
}

const kinds = Object.entries(KINDS).map(([kind, what]) => `  ${kind.padEnd(9)} ${what}`);

/** What `--help` prints. */
export const USAGE = `Usage: npm create sonde@latest [KIND] [NAME] [-- OPTIONS]

Makes a package with a plugin for Sonde: TypeScript, ready to test and to publish. Asks for what isn't given.

KIND
${kinds.join('\n')}

NAME is the plugin's (tally), or that of the whole package (@acme/sonde-parser-tally).

OPTIONS
  -d, --directory DIR       where to put it: new, or empty (default: the package's name)
      --description TEXT    one line about it
      --author TEXT         for package.json
  -y, --yes                 ask nothing: KIND and NAME have to be given
  -h, --help                this text
  -v, --version             the version of create-sonde

EXAMPLES
  npm create sonde@latest
  npm create sonde@latest parser tally
  npm create sonde@latest probe @acme/sonde-probe-signals -- --directory signals --author 'A. Cme'
`;

/** @throws CreateError `USAGE` */
export function parseCommandLine(args: readonly string[]): CommandLine {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        directory: { type: 'string', short: 'd' },
        description: { type: 'string' },
        author: { type: 'string' },
        yes: { type: 'boolean', short: 'y', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', short: 'v', default: false },
      },
    });
    if (positionals.length > 2) throw new Error(`'${positionals[2]}' is one word too many`);
    const [kind, name] = positionals;
    return { kind, name, ...values };
  } catch (cause) {
    const [message] = (cause as Error).message.split('\n')[0]!.split('. ');
    throw new CreateError('USAGE', message!, 'See --help: npm create sonde@latest -- --help', { cause });
  }
}
