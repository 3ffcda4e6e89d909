import { beforeEach, describe, expect, test } from 'vitest';
import { FakeBackend } from '../test/support/fake-backend.js';
import { EbpfError } from './errors.js';
import { assemble, exit, returnValue } from './features/instructions.js';
import { minimalObject } from './features/minimal-object.js';
import { createMap } from './map.js';
import { ObjectSpec } from './object-spec.js';

const spec = ObjectSpec.open(minimalObject('tp_btf/sched_switch', assemble([returnValue(0), exit])));
let backend: FakeBackend;

beforeEach(() => {
  backend = new FakeBackend();
});

test('closing an object detaches before it unloads, and closes once', () => {
  const object = spec.load({ backend });
  const link = object.program('probe').attach();
  object.close();
  object.close();
  object[Symbol.dispose]();
  expect(backend.log).toEqual(['load object', 'attach probe', 'detach probe', 'close probe', 'close object']);
  expect(link.attached).toBe(false);
});

test('what was attached for a while is not detached twice', () => {
  const object = spec.load({ backend });
  object.program('probe').attach().close();
  object.close();
  expect(backend.log.filter((entry) => entry === 'detach probe').length).toBe(1);
});

test('a load that fails leaves nothing behind', () => {
  backend.failure = new EbpfError('LOAD_FAILED', 'no');
  expect(() => spec.load({ backend })).toThrow('no');
  expect(backend.log).toEqual([]);
});

test('a program that is left out is not there, and the error says which are', () => {
  const object = spec.load({ backend, autoload: { probe: false } });
  expect(object.programs.size).toBe(0);
  expect(() => object.program('probe')).toThrow(
    expect.objectContaining({ code: 'PROGRAM_NOT_FOUND', hint: expect.stringContaining('no loaded program at all') }),
  );
});

describe('names that the object does not have', () => {
  test.each([
    ['maps', { maps: { nope: {} as never } }, 'MAP_NOT_FOUND'],
    ['map sizes', { mapSizes: { nope: 1 } }, 'MAP_NOT_FOUND'],
    ['global variables', { rodata: { nope: 1 } }, 'GLOBAL_NOT_FOUND'],
    ['programs', { autoload: { nope: true } }, 'PROGRAM_NOT_FOUND'],
  ])('are errors before anything is loaded: %s', (_, options, code) => {
    expect(() => spec.load({ backend, ...options })).toThrow(expect.objectContaining({ code }));
    expect(backend.log).toEqual([]);
  });

  test('are errors on a loaded object as well', () => {
    const object = spec.load({ backend });
    expect(() => object.map('nope')).toThrow(expect.objectContaining({ code: 'MAP_NOT_FOUND' }));
    expect(() => object.readGlobal('nope')).toThrow(expect.objectContaining({ code: 'GLOBAL_NOT_FOUND' }));
    expect(() => object.program('nope')).toThrow(expect.objectContaining({ hint: 'it has: probe' }));
  });
});

test('a closed map can not be shared', () => {
  const map = createMap({ name: 'gone', type: 1, keySize: 4, valueSize: 4, maxEntries: 1 }, backend);
  map.close();
  expect(() => map.native).toThrow(expect.objectContaining({ code: 'CLOSED' }));
});
