import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { ask, type Terminal, type Wanted } from './ask.js';
import { type CommandLine, parseCommandLine, USAGE } from './command-line.js';
import { CreateError } from './create-error.js';
import { type CreatedPackage, createPackage } from './create-package.js';
import { type PluginKind, parseKind } from './kinds.js';

/** What the command has to do with the world. */
export interface Surroundings extends Terminal {
  errors: NodeJS.WritableStream;
  /** Working directory. */
  directory: string;
  /** Whether somebody sits there who can answer. */
  interactive: boolean;
}

/**
 * Runs the command.
 *
 * @returns its exit status: 0, 1 where the package can't be written, 2 where it was called wrongly.
 */
export async function run(args: readonly string[], world: Surroundings): Promise<number> {
  try {
    const given = parseCommandLine(args);
    if (given.help) world.output.write(USAGE);
    else if (given.version) world.output.write(`${ownVersion()}\n`);
    else await create(given, world);
    return 0;
  } catch (error) {
    if (!(error instanceof CreateError)) throw error;
    world.errors.write(`error: ${error.message}\nhint: ${error.hint}\n`);
    return error.code === 'WRITE_FAILED' ? 1 : 2;
  }
}

async function create(given: CommandLine, world: Surroundings): Promise<void> {
  const { kind, name } = await complete(given, world);
  const { directory, description, author } = given;
  const made = await createPackage({ kind, name, directory, description, author, from: world.directory });
  world.output.write(nextSteps(parseKind(kind), made, world.directory));
}

async function complete({ kind, name, yes }: CommandLine, world: Surroundings): Promise<Wanted> {
  if (kind !== undefined && name !== undefined) return { kind, name };
  if (kind !== undefined) parseKind(kind);
  if (world.interactive && !yes) return ask({ kind, name }, world);
  const missing = kind === undefined ? 'KIND and NAME are' : 'NAME is';
  throw new CreateError('USAGE', `${missing} not given`, 'npm create sonde@latest parser tally');
}

/** What to type next, for each kind. */
const FIRST_USE: Record<PluginKind, string> = {
  parser: 'npm run build && npx sonde decode --parser . capture.pcap',
  probe: 'npm run build && sudo npx sonde run      # sonde.config.ts names the probe',
  exporter: 'npm run build && sudo npx sonde run      # sonde.config.ts names the exporter',
};

function nextSteps(kind: PluginKind, { names, directory, files }: CreatedPackage, from: string): string {
  const path = relative(from, directory);
  const steps = [
    ...(path === '' ? [] : [`cd ${/^[\w./@-]+$/.test(path) ? path : JSON.stringify(path)}`]),
    'npm install',
    'npm test',
    FIRST_USE[kind],
  ];
  const where = path === '' ? 'here' : `in ${path}`;
  return `${names.package}: ${files.length} files ${where}\n\n${steps.map((step) => `  ${step}\n`).join('')}`;
}

function ownVersion(): string {
  const own = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return own.version;
}
