import { describe, expect, test } from 'vitest';
import { assemble, exit, returnValue } from './features/instructions.js';
import { minimalObject } from './features/minimal-object.js';
import { ObjectSpec } from './object-spec.js';

const object = (section: string) => minimalObject(section, assemble([returnValue(0), exit]));

test('an object in memory lists its programs with what their sections mean', () => {
  const spec = ObjectSpec.open(object('tp_btf/sched_switch'));
  expect(spec.name).toBe('object');
  expect(spec.programs).toEqual([
    {
      name: 'probe',
      section: 'tp_btf/sched_switch',
      type: 26,
      facts: { kind: 'trace', type: 26, attachType: 23, target: 'sched_switch', onReturn: false },
      autoload: true,
    },
  ]);
  expect(spec.maps).toEqual([]);
  expect(spec.globals).toEqual([]);
});

test('a question mark before a section keeps its program out until it is asked for', () => {
  expect(ObjectSpec.open(object('?fentry/vfs_read')).programs[0]).toMatchObject({
    section: 'fentry/vfs_read',
    autoload: false,
  });
});

test('sections that only libbpf knows have no type', () => {
  expect(ObjectSpec.open(object('struct_ops/x')).programs[0]).toMatchObject({
    type: undefined,
    facts: { kind: 'other' },
  });
});

describe('what is no eBPF object', () => {
  const otherMachine = Buffer.from(object('xdp'));
  otherMachine.writeUInt16LE(62, 18);

  test.each([
    ['nothing', new Uint8Array()],
    ['text', Buffer.from('#!/bin/sh\nexit 0\n')],
    ['a program for x86', otherMachine],
    ['half an object', object('xdp').subarray(0, 100)],
  ])('is refused: %s', (_, bytes) => {
    expect(() => ObjectSpec.open(bytes)).toThrow(expect.objectContaining({ code: 'OBJECT_INVALID' }));
  });

  test('is refused with the way to make one', () => {
    expect(() => ObjectSpec.open(otherMachine)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('clang') }),
    );
  });

  test('is refused at every length and with any byte changed, and never crashes', () => {
    const bytes = object('xdp');
    for (let length = 0; length < bytes.length; length++) {
      try {
        ObjectSpec.open(bytes.subarray(0, length));
      } catch (error) {
        expect(error).toMatchObject({ code: 'OBJECT_INVALID' });
      }
    }
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = changed[at]! ^ 0xff;
      try {
        ObjectSpec.open(changed);
      } catch (error) {
        expect(error).toMatchObject({ code: 'OBJECT_INVALID' });
      }
    }
  });
});

test('a path that does not exist is told apart from a file that is no object', () => {
  expect(() => ObjectSpec.open('/no/such/l7.x86_64.bpf.o')).toThrow(
    expect.objectContaining({ code: 'OBJECT_UNREADABLE', hint: expect.stringContaining('build:bpf') }),
  );
  expect(() => ObjectSpec.open(new URL(import.meta.url))).toThrow(expect.objectContaining({ code: 'OBJECT_INVALID' }));
});
