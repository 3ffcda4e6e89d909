import { describe, expect, it } from 'vitest';
import { compileKernelRules, hashPath, MAX_RULES } from './kernel-rules.js';
import { rule_kind as RuleKind, target as Verdict } from './process.gen.js';
import { Selection } from './selection.js';

const none = new Selection([]);

describe('compileKernelRules', () => {
  it('compares an exact name with its NUL, and a beginning without', () => {
    const { rules, executable, undecided } = compileKernelRules(new Selection(['comm=nginx', 'comm=work*']), none);
    expect(rules.map(({ kind, length }) => [kind, length])).toEqual([
      [RuleKind.RULE_COMM, 6],
      [RuleKind.RULE_COMM, 4],
    ]);
    expect(rules[0]!.comm).toBe('nginx');
    expect([executable, undecided]).toEqual([false, 0]);
  });

  it('lets a name of fifteen bytes fill the field', () => {
    const [rule] = compileKernelRules(new Selection(['comm=kube-controller-manager']), none).rules;
    expect(rule).toMatchObject({ length: 16, comm: 'kube-controller' });
  });

  it('hashes executables by path or by name', () => {
    const { rules, executable } = compileKernelRules(new Selection(['exe=/no/such/node', 'exe=node']), none);
    expect(rules.map(({ kind, hash }) => [kind, hash])).toEqual([
      [RuleKind.RULE_EXECUTABLE_PATH, hashPath('/no/such/node')],
      [RuleKind.RULE_EXECUTABLE_NAME, hashPath('node')],
    ]);
    expect(executable).toBe(true);
  });

  it('puts exclusions first', () => {
    const { rules } = compileKernelRules(new Selection(['comm=a']), new Selection(['comm=b']));
    expect(rules.map(({ verdict }) => verdict)).toEqual([Verdict.TARGET_EXCLUDED, Verdict.TARGET_OBSERVED]);
  });

  it('leaves to user space what the kernel cannot tell', () => {
    const selection = new Selection(['comm=a*b', 'exe=/usr/*/node', 'comm=0123456789abcdef*']);
    expect(compileKernelRules(selection, none)).toEqual({ rules: [], executable: false, undecided: 3 });
  });

  it('leaves to user space what goes beyond the kernel’s table', () => {
    const many = new Selection(Array.from({ length: MAX_RULES + 3 }, (_, index) => `comm=c${index}`));
    const { rules, undecided } = compileKernelRules(many, none);
    expect([rules.length, undecided]).toEqual([MAX_RULES, 3]);
  });

  it('has nothing to say of pids, ports and containers', () => {
    const selection = new Selection(['pid=1', 'port=80', 'container=abcd', 'cgroup=/x']);
    expect(compileKernelRules(selection, none)).toEqual({ rules: [], executable: false, undecided: 0 });
  });
});

describe('hashPath', () => {
  it('agrees with the published test vector of FNV-1a', () => {
    // 64-bit FNV-1a of "a" is af63dc4c8601ec8c.
    expect(fnv('a')).toBe(0xaf63dc4c8601ec8cn);
  });

  it('is FNV-1a over the parts, last part first', () => {
    expect(hashPath('a')).toBe(fnv('a/'));
    expect(hashPath('/a/b')).toBe(fnv('b/a/'));
  });

  it('takes the first 63 bytes of a long part', () => {
    expect(hashPath(`/${'x'.repeat(64)}`)).toBe(hashPath(`/${'x'.repeat(63)}`));
    expect(hashPath(`/${'x'.repeat(62)}`)).not.toBe(hashPath(`/${'x'.repeat(63)}`));
  });
});

function fnv(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash;
}
