import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { koffiBackend, probeFeature } from '@sonde/ebpf';
import { describe, expect, test } from 'vitest';
import { backendSuite } from './backend-suite.js';
import { programSuite } from './program-suite.js';
import { testObject } from './support/test-object.js';

const library = fileURLToPath(new URL('../../libbpf-linux-x64/lib/libbpf.so.1', import.meta.url));
const child = fileURLToPath(new URL('support/load-and-report.mjs', import.meta.url));
const object = fileURLToPath(new URL('../../../.build/ebpf-test/ring.bpf.o', import.meta.url));

/** The system's own libbpf, libelf and zlib. */
function systemLibraries(): string[] {
  const folders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib', '/usr/local/lib'].filter(existsSync);
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^lib(bpf|elf|z)[.-].*so/.test(name))
      .map((name) => realpathSync(`${folder}/${name}`)),
  );
  return [...new Set(files)];
}

const built = existsSync(library);
if (!built) console.warn('skipped: the platform library is not built (npm run build:libbpf)');

describe.skipIf(!built || probeFeature('privileges') !== 'yes')('the libbpf of @sonde/libbpf-linux-x64', () => {
  const createBackend = () => koffiBackend({ libraries: [library] });

  test('is found before the system’s', () => {
    expect(koffiBackend().describe()).toBe(`libbpf 1.6 (${realpathSync(library)}) through koffi`);
  });

  test('works on a machine that has no libbpf, libelf or zlib of its own', () => {
    testObject('ring');
    // In a mount namespace of its own, so that nobody else sees the system's libraries go.
    const hide = systemLibraries().map((file) => `mount --bind /dev/null '${file}'`);
    const script = [...hide, `exec '${process.execPath}' '${child}' '${object}'`].join(' && ');
    const { SONDE_LIBBPF: _, ...env } = process.env;
    const output = execFileSync('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script], { env });
    const report = JSON.parse(String(output).trim().split('\n').at(-1) as string);
    expect(report).toEqual({
      library: `libbpf 1.6 (${realpathSync(library)}) through koffi`,
      sequence: 3,
      libraries: [realpathSync(library)],
    });
  });

  if (!built) return; // the suites look for their backend's features when they are declared
  backendSuite('koffi over the platform library', { createBackend });
  programSuite('koffi over the platform library', createBackend);
});

describe.skipIf(!built || !hasSystemLibrary() || probeFeature('privileges') !== 'yes')(
  'the system’s libbpf beside it',
  () => {
    const createBackend = () => koffiBackend({ libraries: ['libbpf.so.1'] });

    if (!hasSystemLibrary()) return;
    backendSuite('koffi over the system’s library', { createBackend });
    programSuite('koffi over the system’s library', createBackend);
  },
);

function hasSystemLibrary(): boolean {
  try {
    koffiBackend({ libraries: ['libbpf.so.1'] });
    return true;
  } catch {
    return false;
  }
}
