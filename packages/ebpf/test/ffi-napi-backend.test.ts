import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { createMap, ffiNapiBackend, MapType, probeFeature } from '@sonde/ebpf';
import { describe, expect, test } from 'vitest';
import { libraryCandidates } from '../src/backends/libbpf/find-library.js';
import { backendSuite } from './backend-suite.js';
import { programSuite } from './program-suite.js';

const require = createRequire(import.meta.url);
const source = fileURLToPath(new URL('../src/index.ts', import.meta.url));
const jiti = JSON.stringify(require.resolve('jiti'));

function loadable(): boolean {
  try {
    require('ffi-napi');
    return true;
  } catch {
    console.warn('skipped: ffi-napi is not compiled (npm rebuild ffi-napi @2060.io/ref-napi)');
    return false;
  }
}

const available = loadable();

describe.skipIf(!available || probeFeature('privileges') !== 'yes')('ffi-napi with CAP_BPF and CAP_PERFMON', () => {
  backendSuite('ffi-napi', { createBackend: ffiNapiBackend });
  programSuite('ffi-napi', ffiNapiBackend);

  test('reads map facts as ref-struct-di lays out struct bpf_map_info', () => {
    using map = createMap(
      { name: 'facts', type: MapType.lruHash, keySize: 12, valueSize: 40, maxEntries: 77 },
      ffiNapiBackend(),
    );
    const ffi = require('ffi-napi');
    const ref = createRequire(require.resolve('ffi-napi'))('@2060.io/ref-napi');
    const MapInfoStruct = require('ref-struct-di')(ref)({
      type: 'uint32',
      id: 'uint32',
      keySize: 'uint32',
      valueSize: 'uint32',
      maxEntries: 'uint32',
      flags: 'uint32',
    });
    const [libbpf] = libraryCandidates();
    const library = ffi.Library(libbpf, { bpf_obj_get_info_by_fd: ['int', ['int', 'pointer', 'pointer']] });
    const info = new MapInfoStruct();
    const size = ref.alloc('uint32', info['ref.buffer'].length);
    expect(library.bpf_obj_get_info_by_fd(map.native.fd, info.ref(), size)).toBe(0);
    const { id, type, keySize, valueSize, maxEntries, flags } = map.info;
    expect({ ...info.toObject() }).toEqual({ id, type, keySize, valueSize, maxEntries, flags });
  });
});

describe('ffi-napi is asked for or not there', () => {
  const run = (code: string) =>
    execFileSync(process.execPath, ['--input-type=module', '-e', code], {
      encoding: 'utf8',
      cwd: fileURLToPath(new URL('..', import.meta.url)),
    });
  const load = `const { createJiti } = await import(${jiti}); const sonde = await createJiti(import.meta.url).import(${JSON.stringify(source)});`;

  test('importing the package and using koffi loads none of it', () => {
    const output = run(`${load}
      sonde.koffiBackend();
      const { readFileSync } = await import('node:fs');
      console.log(readFileSync('/proc/self/maps', 'latin1').match(/\\S*(ffi_bindings|koffi)\\S*\\.node/g).join('\\n'));`);
    expect(output).toMatch(/koffi/);
    expect(output).not.toMatch(/ffi_bindings/);
  });

  test('a worker thread is told to use koffi, and lives', async () => {
    const code = `(async () => { ${load.replace('import.meta.url', JSON.stringify(import.meta.url))}
      try { sonde.ffiNapiBackend(); } catch (error) { require('worker_threads').parentPort.postMessage([error.code, error.hint]); } })();`;
    const worker = new Worker(code, { eval: true });
    const message = await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('the worker said nothing')));
    });
    await worker.terminate();
    expect(message).toEqual(['UNSUPPORTED', expect.stringContaining('koffi')]);
  });

  test('where it is missing, the error says how to get it', () => {
    const output = run(`
      const { Module } = await import('node:module');
      const resolve = Module._resolveFilename;
      Module._resolveFilename = (name, ...rest) => {
        if (name === 'ffi-napi') throw Object.assign(new Error("Cannot find module 'ffi-napi'"), { code: 'MODULE_NOT_FOUND' });
        return resolve(name, ...rest);
      };
      ${load}
      try { sonde.ffiNapiBackend(); } catch (error) { console.log(error.code, error.message, error.hint); }`);
    expect(output).toMatch(
      /^FFI_MISSING ffi-napi can't be loaded: Cannot find module 'ffi-napi' npm install ffi-napi@npm:/,
    );
  });
});
