import { expect, test } from 'vitest';
import { koffiBackend } from '../koffi/koffi-backend.js';
import type { ForeignInterface } from './foreign.js';
import { loadNativeLibrary } from './native-library.js';
import { libbpfSignatures } from './signatures.js';

/** A libbpf whose functions return 1, or that lacks one of them. */
function foreign(missing?: string): ForeignInterface {
  return {
    name: 'test',
    open(path: string) {
      if (path === 'absent.so') throw new Error('cannot open shared object file');
      return { function: (name: string) => (name === missing ? null : () => 1) };
    },
  } as unknown as ForeignInterface;
}

test('the first library that can be used is used', () => {
  const library = loadNativeLibrary(foreign(), ['absent.so', 'libbpf.so.1']);
  expect(library).toMatchObject({ path: 'libbpf.so.1', version: '1.1' });
  expect(Object.keys(library.bpf)).toEqual(Object.keys(libbpfSignatures));
});

test('without any library the error says where it was looked for and what to install', () => {
  expect(() => loadNativeLibrary(foreign(), ['absent.so'])).toThrow(
    expect.objectContaining({
      code: 'LIBBPF_MISSING',
      message: 'no usable libbpf: absent.so: cannot open shared object file',
      hint: expect.stringMatching(/libbpf1.*SONDE_LIBBPF/),
    }),
  );
});

test('a library that is too old is as good as none', () => {
  expect(() => loadNativeLibrary(foreign('bpf_program__attach_usdt'), ['old.so'])).toThrow(
    /old\.so has no bpf_program__attach_usdt/,
  );
});

test('koffi reports a library that is not there', () => {
  expect(() => koffiBackend({ libraries: ['/no/such/libbpf.so'] })).toThrow(
    expect.objectContaining({ code: 'LIBBPF_MISSING', message: expect.stringContaining('/no/such/libbpf.so') }),
  );
});
