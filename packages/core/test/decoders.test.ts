import { existsSync, readFileSync } from 'node:fs';
import { Btf, generateDecoders, objectPath } from '@sonde/ebpf';
import { expect, it } from 'vitest';

const folder = new URL('../bpf/', import.meta.url);
const built = existsSync(objectPath(folder, 'process', 'x64'));
if (!built) console.warn('decoders of bpf/process are not compared: the object is not built (npm run build:bpf)');

/**
 * To write the file anew: npx bpf2ts packages/core/bpf/process.x86_64.bpf.o --struct process_event --writable
 * process_rules --enum target rule_kind process_event_kind --bigint process_rule.hash --out
 * packages/core/src/targets/process.gen.ts
 */
it.skipIf(!built).each(['x64', 'arm64'])('process.gen.ts is what bpf2ts makes of the object for %s', (architecture) => {
  const text = generateDecoders(Btf.open(objectPath(folder, 'process', architecture)), {
    structs: ['process_event'],
    writable: ['process_rules'],
    enums: ['target', 'rule_kind', 'process_event_kind'],
    bigint: ['process_rule.hash'],
    origin: 'bpf2ts from process.x86_64.bpf.o',
  });
  expect(readFileSync(new URL('../src/targets/process.gen.ts', import.meta.url), 'utf8')).toBe(text);
});
