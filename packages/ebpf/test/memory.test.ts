import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { ObjectSpec, probeFeature, RingReader, VerifierError } from '@sonde/ebpf';
import { build } from 'tsup';
import { describe, expect, test } from 'vitest';
import { u64s } from './support/bytes.js';
import { testObject } from './support/test-object.js';

describe.skipIf(probeFeature('privileges') !== 'yes')('memory that JavaScript shares with the kernel', () => {
  test('a view that outlives its ring reads zeros and does not fault', () => {
    const object = testObject('ring').load();
    let kept: Uint8Array = new Uint8Array();
    const reader = new RingReader(object.map('records'), {
      onRecord: (bytes, _, start) => {
        kept = bytes;
        expect(bytes[start + 12]).toBe(0xef);
      },
    });
    object.program('produce').testRun({ context: u64s(3, 0, 0) });
    reader.drain();
    object.close();
    expect(kept.length).toBe(2 << 16);
    expect(kept.every((byte) => byte === 0)).toBe(true);
  });

  test('a ring that was closed is no longer mapped', () => {
    const rings = () =>
      readFileSync('/proc/self/maps', 'latin1')
        .split('\n')
        .filter((line) => line.includes('bpf-map')).length;
    const before = rings();
    const object = testObject('ring').load();
    const reader = new RingReader(object.map('records'), { onRecord() {} });
    expect(rings()).toBeGreaterThan(before);
    reader.close();
    object.close();
    expect(rings()).toBe(before);
  });

  test('loading and closing many times leaks no descriptor', () => {
    const descriptors = () => readdirSync('/proc/self/fd').filter((fd) => /bpf|btf/.test(targetOf(fd))).length;
    const round = () => {
      const object = testObject('maps').load();
      object.program('count').testRun({ data: new Uint8Array(64) });
      object.close();
      expect(() => testObject('rejected').load()).toThrow(VerifierError);
    };
    round();
    const before = descriptors();
    for (let count = 0; count < 20; count++) round();
    expect(descriptors()).toBe(before);
  });

  test('an object that libbpf can not read is refused, and so is every truncation of one', () => {
    const bytes = Buffer.from(testObject('rejected').bytes);
    for (let length = 64; length < bytes.length; length += 97) {
      try {
        ObjectSpec.open(bytes.subarray(0, length)).load().close();
      } catch (error) {
        expect((error as { code: string }).code).toMatch(/^[A-Z_]+$/);
      }
    }
  });

  test('works in worker threads, in several at once', async () => {
    const outDir = fileURLToPath(new URL('../../../.build/ebpf-test/worker', import.meta.url));
    const entry = fileURLToPath(new URL('../src/index.ts', import.meta.url));
    await build({ entry: [entry], outDir, format: ['esm'], target: 'node20', dts: false, config: false, silent: true });
    const object = testObject('ring');
    const code = `
      const { parentPort, workerData } = require('node:worker_threads');
      import(workerData.module).then(({ ObjectSpec, RingReader }) => {
        let records = 0;
        const object = ObjectSpec.open(workerData.bytes).load();
        const reader = new RingReader(object.map('records'), { onRecord: () => records++ });
        object.program('produce').testRun({ context: new Uint8Array(new BigUint64Array([50n, 0n, 0n]).buffer) });
        reader.drain();
        object.close();
        parentPort.postMessage(records);
      });`;
    const workerData = { module: `${outDir}/index.js`, bytes: object.bytes };
    const workers = [1, 2].map(() => new Worker(code, { eval: true, workerData }));
    const counts = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]));
    await Promise.all(workers.map((worker) => worker.terminate()));
    expect(counts).toEqual([50, 50]);
    object.load().close();
  });
});

function targetOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}
