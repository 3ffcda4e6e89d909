import { basename, extname } from 'node:path';

/** Variables that may name the service. */
export const SERVICE_VARIABLES = ['OTEL_SERVICE_NAME', 'OTEL_RESOURCE_ATTRIBUTES'] as const;

/** Programs that run something else, and how their options take arguments of their own. */
const INTERPRETERS: readonly { name: RegExp; valued: RegExp }[] = [
  {
    name: /^(node|nodejs|bun|deno)$/,
    valued: /^(-r|--require|--import|--loader|--experimental-loader|-C|--conditions)$/,
  },
  { name: /^python[0-9.]*$/, valued: /^(-W|-X)$/ },
  { name: /^(ruby|perl|php)[0-9.]*$/, valued: /^(-I|-r|-d|-c)$/ },
];
/** File names that say nothing; their folder's name says more. */
const GENERIC = /^(index|main|__main__|app|server|start|run|cli|bin)$/;

/**
 * The name of a service, the best that can be told from outside: `OTEL_SERVICE_NAME`, `service.name` of
 * `OTEL_RESOURCE_ATTRIBUTES` (OpenTelemetry SDK configuration), the script that an interpreter runs, the jar or main
 * class of a JVM, the program's name.
 */
export function serviceName(
  environment: Readonly<Record<string, string>>,
  executable: string | null,
  commandLine: readonly string[],
): string | null {
  const declared = environment['OTEL_SERVICE_NAME'] || resourceAttribute(environment['OTEL_RESOURCE_ATTRIBUTES']);
  if (declared) return declared;
  const program = basename(executable ?? commandLine[0] ?? '');
  if (program === '') return null;
  if (program === 'java') return javaProgram(commandLine) ?? program;
  const interpreter = INTERPRETERS.find(({ name }) => name.test(program));
  return (interpreter && script(commandLine, interpreter.valued)) ?? program;
}

function resourceAttribute(attributes: string | undefined): string | null {
  const entry = attributes?.split(',').find((pair) => pair.trim().startsWith('service.name='));
  const value = entry?.trim().slice('service.name='.length);
  if (!value) return null;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function script(commandLine: readonly string[], valued: RegExp): string | null {
  for (let index = 1; index < commandLine.length; index++) {
    const argument = commandLine[index]!;
    // `python -m flask`: the module is the program.
    if (argument === '-m') return commandLine[index + 1] ?? null;
    if (argument === '-e' || argument === '-c' || argument === '-p') return null;
    if (valued.test(argument)) index++;
    else if (argument !== '' && !argument.startsWith('-')) return scriptName(argument);
  }
  return null;
}

function scriptName(path: string): string {
  const name = basename(path, extname(path));
  if (!GENERIC.test(name)) return name;
  const folders = path.split('/').slice(0, -1).reverse();
  return folders.find((folder) => folder !== '' && !/^(\.+|src|dist|lib|build|bin|app)$/.test(folder)) ?? name;
}

function javaProgram(commandLine: readonly string[]): string | null {
  for (let index = 1; index < commandLine.length; index++) {
    const argument = commandLine[index]!;
    if (argument === '-jar') return basename(commandLine[index + 1] ?? '', '.jar') || null;
    if (/^(-cp|-classpath|--class-path|-p|--module-path|--add-modules|--add-opens|--add-exports)$/.test(argument))
      index++;
    else if (argument === '-m' || argument === '--module') return commandLine[index + 1] ?? null;
    else if (!argument.startsWith('-')) return argument.slice(argument.lastIndexOf('.') + 1);
  }
  return null;
}
