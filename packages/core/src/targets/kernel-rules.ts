import { process_rules as ProcessRules, rule_kind as RuleKind, target as Verdict } from './process.gen.js';
import type { Selection } from './selection.js';

/** Most rules that the kernel looks at: `MAX_RULES` of bpf/process/process.h. */
export const MAX_RULES = ProcessRules.rule.$length;
/** Bytes of a process name with its NUL. */
const COMM_SIZE = 16;
const NAME_BYTES = 63;
const FNV_BASIS = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/** A selector in the form that the kernel decides at exec: `struct process_rule`. */
export type KernelRule = ProcessRules['rule'][number];

/** Rules for the kernel, and whether they tell all that there is to tell. */
export interface KernelRules {
  rules: KernelRule[];
  /** Whether a rule asks for the executable. */
  executable: boolean;
  /** Selectors by name or executable that user space has to decide: a `*` in the middle, or more than 64 rules. */
  undecided: number;
}

/** Compiles what the kernel can decide at exec by itself: names (exact or by their beginning) and executables. */
export function compileKernelRules(targets: Selection, exclude: Selection): KernelRules {
  const rules: KernelRule[] = [];
  let undecided = 0;
  // Exclusions come first, so that they stay when there are too many rules.
  for (const [selection, verdict] of [
    [exclude, Verdict.TARGET_EXCLUDED],
    [targets, Verdict.TARGET_OBSERVED],
  ] as const) {
    const compiled = [
      ...selection.comms.map((pattern) => commRule(pattern, verdict)),
      ...selection.executables.map((pattern) => executableRule(pattern, verdict)),
    ];
    for (const rule of compiled) {
      if (rule === null || rules.length === MAX_RULES) undecided++;
      else rules.push(rule);
    }
  }
  return { rules, executable: rules.some(({ kind }) => kind !== RuleKind.RULE_COMM), undecided };
}

function commRule(pattern: string, verdict: number): KernelRule | null {
  const star = pattern.indexOf('*');
  if (star >= 0 && star < pattern.length - 1) return null;
  const comm = star < 0 ? pattern : pattern.slice(0, -1);
  const bytes = Buffer.byteLength(comm);
  if (bytes >= COMM_SIZE) return null;
  return { kind: RuleKind.RULE_COMM, verdict, hash: 0n, length: star < 0 ? bytes + 1 : bytes, comm, reserved: 0 };
}

function executableRule(pattern: string, verdict: number): KernelRule | null {
  if (pattern.includes('*')) return null;
  const kind = pattern.includes('/') ? RuleKind.RULE_EXECUTABLE_PATH : RuleKind.RULE_EXECUTABLE_NAME;
  return { kind, verdict, hash: hashPath(pattern), length: 0, comm: '', reserved: 0 };
}

/**
 * The hash of a path as bpf/process/executable.h makes it: 64-bit FNV-1a over each part's first 63 bytes and a `/`, last
 * part first.
 */
export function hashPath(path: string): bigint {
  let hash = FNV_BASIS;
  const parts = path.split('/').filter((part) => part !== '');
  for (const part of parts.reverse()) {
    for (const byte of Buffer.from(part).subarray(0, NAME_BYTES)) hash = hashByte(hash, byte);
    hash = hashByte(hash, 0x2f);
  }
  return hash;
}

function hashByte(hash: bigint, byte: number): bigint {
  return BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME);
}
