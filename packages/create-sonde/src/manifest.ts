import type { PluginKind } from './kinds.js';
import type { Names } from './names.js';

/** What a package is told apart by, besides its kind and its name. */
export interface Description {
  description: string;
  /** As in package.json; empty: none. */
  author: string;
}

/** Where the plugin is named in `package.json`, so that `sonde` finds it. */
const FIELD = { parser: 'protocols', probe: 'probes', exporter: 'exporters' } as const;

/** Packages of Sonde that the plugin itself imports. */
const IMPORTED = { parser: ['@sonde/core'], probe: ['@sonde/core', '@sonde/ebpf'], exporter: ['@sonde/core'] } as const;

const BUILD = 'tsc -p tsconfig.build.json';

/**
 * The package's manifest. Core is a peer, since plugin and agent have to share one.
 *
 * @param versions of what may be depended on, by package: those that this version of create-sonde was tested with.
 */
export function manifest(
  kind: PluginKind,
  names: Names,
  { description, author }: Description,
  versions: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const pick = (packages: readonly string[]) =>
    Object.fromEntries(packages.toSorted().map((name) => [name, range(versions[name])]));
  const tools = ['@sonde/cli', '@sonde/testkit', '@types/node', 'typescript', 'vitest'];
  return {
    name: names.package,
    version: '0.1.0',
    description,
    keywords: ['sonde-plugin', 'sonde', kind],
    sonde: { [FIELD[kind]]: [names.name] },
    ...(author !== '' && { author }),
    license: kind === 'probe' ? 'Apache-2.0 AND (GPL-2.0-only OR BSD-2-Clause)' : 'Apache-2.0',
    type: 'module',
    engines: { node: '>=20.19' },
    sideEffects: false,
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
    files: ['dist', ...(kind === 'probe' ? ['bpf'] : [])],
    scripts: scripts(kind, names),
    ...(kind !== 'parser' && { dependencies: pick(['zod']) }),
    peerDependencies: pick(IMPORTED[kind]),
    devDependencies: pick([...IMPORTED[kind], ...(kind === 'exporter' ? ['@sonde/probe-l7'] : []), ...tools]),
  };
}

function scripts(kind: PluginKind, { name }: Names): Record<string, string> {
  const publish = 'npm run build && npm test';
  if (kind !== 'probe') {
    return { build: BUILD, test: 'vitest run', typecheck: 'tsc --noEmit', prepublishOnly: publish };
  }
  const object = `bpf/${name}.bpf.o`;
  return {
    build: `npm run build:bpf && ${BUILD}`,
    'build:bpf': 'node scripts/build-bpf.mjs',
    generate: `npm run build:bpf && bpf2ts ${object} --struct signal_record --out src/${name}.gen.ts`,
    test: 'node scripts/build-bpf.mjs --if-possible && vitest run',
    typecheck: 'tsc --noEmit',
    prepublishOnly: publish,
  };
}

/** Exact versions of this repository become ranges. */
function range(version: string | undefined): string {
  if (version === undefined) throw new Error('a package of the manifest is none of those that were tested');
  return /^\d/.test(version) ? `^${version}` : version;
}
