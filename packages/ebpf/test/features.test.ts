import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { listFeatures, probeFeature } from '@sonde/ebpf';
import { build } from 'tsup';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasBpfPrivileges } from '../src/backends/libbpf/kernel-error.js';
import { testObject } from './support/test-object.js';

describe.skipIf(!hasBpfPrivileges())('with CAP_BPF and CAP_PERFMON', () => {
  test('every feature has an answer on this kernel', () => {
    const states = Object.fromEntries(listFeatures().map((name) => [name, probeFeature(name)]));
    expect(Object.entries(states).filter(([, state]) => state === 'inconclusive')).toEqual([]);
    expect(states).toMatchObject({ libbpf: 'yes', privileges: 'yes', raw_tracepoint: 'yes' });
    expect(states['btf']).toBe(existsSync('/sys/kernel/btf/vmlinux') ? 'yes' : 'no');
  });

  test('a tracepoint that no kernel has is a no', () => {
    expect(probeFeature('tp_btf:sonde_no_such_tracepoint')).toBe('no');
  });

  test('answers agree with the symbols of the kernel', () => {
    const symbols = readFileSync('/proc/kallsyms', 'latin1');
    expect(probeFeature('bpf_loop')).toBe(/ \w bpf_loop$/m.test(symbols) ? 'yes' : 'no');
    expect(probeFeature('kprobe')).toBe(/ \w register_kprobe$/m.test(symbols) ? 'yes' : 'no');
    expect(probeFeature('uprobe_multi')).toBe(/ \w bpf_uprobe_multi_link_attach$/m.test(symbols) ? 'yes' : 'no');
  });
});

describe.skipIf(!existsSync('/usr/bin/setpriv'))('without any capability', () => {
  const outDir = fileURLToPath(new URL('../../../.build/ebpf-test/unprivileged', import.meta.url));
  const entry = fileURLToPath(new URL('../src/index.ts', import.meta.url));

  beforeAll(async () => {
    await build({ entry: [entry], outDir, format: ['esm'], target: 'node20', dts: false, config: false, silent: true });
  });

  /** Runs code without capabilities; `sonde` is this package. Returns the JSON that it prints. */
  const run = (code: string) => {
    const program = `const sonde = await import(${JSON.stringify(`${outDir}/index.js`)}); console.log(JSON.stringify(${code}))`;
    const words = ['--bounding-set=-all', '--inh-caps=-all', process.execPath, '--input-type=module', '-e', program];
    return JSON.parse(execFileSync('setpriv', words, { encoding: 'utf8' }));
  };

  test('loading says which capabilities are missing', () => {
    const error = run(`(() => {
      try {
        sonde.createMap({ name: 'x', type: sonde.MapType.lruHash, keySize: 4, valueSize: 4, maxEntries: 1 });
      } catch (error) {
        return { code: error.code, hint: error.hint, capability: error instanceof sonde.CapabilityError };
      }
    })()`);
    expect(error).toMatchObject({ code: 'NO_PRIVILEGES', capability: true });
    expect(error.hint).toMatch(/CAP_BPF and CAP_PERFMON/);
  });

  test('features that need privileges are inconclusive, the others are answered', () => {
    const states = run(`Object.fromEntries(sonde.listFeatures().map((name) => [name, sonde.probeFeature(name)]))`);
    expect(states).toMatchObject({
      privileges: 'no',
      libbpf: 'yes',
      btf: probeFeature('btf'),
      ringbuf: 'inconclusive',
      tp_btf: 'inconclusive',
      kprobe: 'inconclusive',
      uprobe: 'inconclusive',
      task_pt_regs: 'inconclusive',
    });
  });

  test('object files are read all the same', () => {
    const object = [...testObject('maps').bytes];
    const names = run(
      `sonde.ObjectSpec.open(Uint8Array.from(${JSON.stringify(object)})).programs.map(({ name }) => name)`,
    );
    expect(names).toEqual(['count', 'missing']);
  });
});
