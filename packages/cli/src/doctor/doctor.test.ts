import type { FeatureState } from '@sonde/ebpf';
import { describe, expect, it } from 'vitest';
import { adviceFor, type Examination } from './examine.js';
import { inspectMachine } from './machine.js';
import { printExamination } from './print.js';
import { checkRequirements } from './requirements.js';

const states: Record<string, FeatureState> = { a: 'yes', b: 'no', c: 'inconclusive' };
const check = (features: string[], anyOf: string[][] = []) =>
  checkRequirements({ features, anyOf }, (name) => states[name]!);

describe('what a probe needs', () => {
  it.each([
    ['is there', check(['a'], [['b', 'a']]), { state: 'yes', missing: [], inconclusive: [] }],
    ['is missing', check(['a', 'b']), { state: 'no', missing: ['b'], inconclusive: [] }],
    ['can not be tried', check(['c']), { state: 'inconclusive', missing: [], inconclusive: ['c'] }],
    ['is missing in a group', check([], [['b', 'b']]), { state: 'no', missing: ['b or b'], inconclusive: [] }],
    ['may be there', check([], [['b', 'c']]), { state: 'inconclusive', missing: [], inconclusive: ['b or c'] }],
    ['is nothing', check([]), { state: 'yes', missing: [], inconclusive: [] }],
  ])('%s', (_name, report, expected) => {
    expect(report).toEqual(expected);
  });
});

describe('the report', () => {
  const examination: Examination = {
    machine: {
      kernel: '6.1.0',
      arch: 'x64',
      node: '20.19.0',
      libbpf: null,
      libbpfProblem: 'no usable libbpf',
      uid: 1000,
      capabilities: [],
      missingCapabilities: ['CAP_BPF'],
      cgroup2: '/sys/fs/cgroup',
      lockdown: 'integrity',
      sysctl: { 'kernel.perf_event_paranoid': '2', 'kernel.kptr_restrict': null },
    },
    features: [
      { name: 'btf', summary: 'types', since: '5.2', hint: 'get a kernel', state: 'no' },
      { name: 'ringbuf', summary: 'rings', hint: 'get a kernel', state: 'inconclusive' },
    ],
    probes: [
      {
        name: 'l7',
        package: '@sonde/probe-l7',
        version: '1.0.0',
        state: 'no',
        missing: ['btf'],
        inconclusive: [],
        problem: null,
      },
    ],
    ready: false,
    advice: ['btf: get a kernel'],
  };

  it('says what is there, what is not, and what to do', () => {
    const text = printExamination(examination, false);
    expect(text).toContain('libbpf        not found: no usable libbpf');
    expect(text).toContain('✗ btf      types (since 5.2)');
    expect(text).toContain('→ get a kernel');
    expect(text).toContain('? 1 feature could not be tried here: ringbuf');
    expect(text).toContain('✗ l7 (@sonde/probe-l7 1.0.0): lacks btf');
    expect(text).toContain('What to do\n  btf: get a kernel');
    expect(text).toMatch(/\nSonde can't run here: the l7 probe lacks btf\. .*\n$/);
    expect(text).not.toContain('\x1b');
  });

  const feature = (name: string, state: FeatureState) => ({ name, summary: '', hint: 'do this', state });
  const untried = Array.from({ length: 21 }, (_, index) => feature(`f${index}`, 'inconclusive'));
  const [l7] = examination.probes as [Examination['probes'][number]];

  it('takes one line for what could not be tried without privileges, and ends with why Sonde can not run', () => {
    const features = [feature('libbpf', 'yes'), feature('privileges', 'no'), ...untried];
    const text = printExamination({ ...examination, features }, false);
    expect(text.match(/could not be tried.*/g)).toEqual(['could not be tried without privileges']);
    expect(text).toContain('? 21 features could not be tried without privileges\n');
    expect(text).toMatch(/\nSonde can't run here: privileges are missing\. .*\n$/);
  });

  it.each([
    ['there is no libbpf', [feature('libbpf', 'no'), feature('privileges', 'no')], [l7]],
    ['the l7 probe is not installed', [], []],
    ['half a package', [], [{ ...l7, problem: 'half a package' }]],
    ['nobody can tell whether there is btf', [], [{ ...l7, missing: [], inconclusive: ['btf'] }]],
  ])('ends with why: %s', (why, features, probes) => {
    const all = [...features, feature('btf', 'yes')];
    expect(printExamination({ ...examination, features: all, probes }, false)).toContain(
      `Sonde can't run here: ${why}.`,
    );
  });

  it('is coloured on a terminal', () => {
    expect(printExamination({ ...examination, ready: true }, true)).toContain('\x1b[31m✗');
  });
});

it('the machine can be looked at without privileges', () => {
  const machine = inspectMachine();
  expect(machine.kernel).toMatch(/^\d+\.\d+/);
  expect([...machine.capabilities, ...machine.missingCapabilities]).toContain('CAP_BPF');
});

describe('the advice', () => {
  const feature = (name: string, state: FeatureState) => ({ name, summary: '', hint: '', state });
  const probe = (missing: string[], inconclusive: string[] = []) => ({
    ...{ name: 'l7', package: 'p', version: '1', state: 'no' as const, problem: null },
    missing,
    inconclusive,
  });

  it('begins with privileges, without which nothing else can be tried', () => {
    const advice = adviceFor(
      [feature('libbpf', 'yes'), feature('privileges', 'no')],
      [probe([], ['tp_btf', 'ringbuf'])],
    );
    expect(advice).toEqual([expect.stringMatching(/^privileges: run as root/)]);
  });

  it('names each way out of what is missing', () => {
    const advice = adviceFor([feature('libbpf', 'yes'), feature('privileges', 'yes')], [probe(['tp_btf or kprobe'])]);
    expect(advice.map((line) => line.split(':')[0])).toEqual(['tp_btf', 'kprobe']);
  });

  it('says why a package can not be loaded', () => {
    const broken = { ...probe([]), problem: 'it is broken' };
    expect(adviceFor([], [broken])).toEqual(['probe l7: it is broken']);
  });
});
