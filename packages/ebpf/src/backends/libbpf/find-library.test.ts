import { expect, test } from 'vitest';
import { libraryCandidates } from './find-library.js';

test('the environment names the only candidate', () => {
  expect(libraryCandidates({ SONDE_LIBBPF: '/opt/libbpf.so' })).toEqual(['/opt/libbpf.so']);
});

test('the system has the last word', () => {
  expect(libraryCandidates({}).at(-1)).toBe('libbpf.so.1');
  expect(libraryCandidates({}, 'no-such-machine')).toEqual(['libbpf.so.1']);
});
