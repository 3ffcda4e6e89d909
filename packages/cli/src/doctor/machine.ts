import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { cgroup2Path, defaultBackend } from '@sonde/ebpf';

/** Capabilities that matter to eBPF, with their bits (capabilities(7)). */
const CAPABILITIES: Readonly<Record<string, number>> = {
  CAP_DAC_READ_SEARCH: 2,
  CAP_NET_ADMIN: 12,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_ADMIN: 21,
  CAP_SYS_RESOURCE: 24,
  CAP_PERFMON: 38,
  CAP_BPF: 39,
};

const SETTINGS = [
  'kernel/unprivileged_bpf_disabled',
  'kernel/perf_event_paranoid',
  'kernel/kptr_restrict',
  'kernel/bpf_stats_enabled',
  'net/core/bpf_jit_enable',
];

/** The machine as far as it matters to eBPF. What can't be read is null. */
export interface Machine {
  kernel: string;
  arch: string;
  node: string;
  /** libbpf with its version and where it was found. */
  libbpf: string | null;
  /** Why there is no libbpf. */
  libbpfProblem: string | null;
  uid: number | null;
  /** Capabilities in effect, of those that matter. */
  capabilities: string[];
  missingCapabilities: string[];
  cgroup2: string | null;
  /** `none`, `integrity` or `confidentiality`. */
  lockdown: string | null;
  sysctl: Record<string, string | null>;
}

/** Looks at the machine. Changes nothing. */
export function inspectMachine(): Machine {
  const effective = effectiveCapabilities();
  const names = Object.keys(CAPABILITIES);
  const held = names.filter((name) => effective !== null && (effective >> BigInt(CAPABILITIES[name]!)) % 2n === 1n);
  return {
    kernel: release(),
    arch: process.arch,
    node: process.versions.node,
    ...findLibbpf(),
    uid: process.getuid?.() ?? null,
    capabilities: held,
    missingCapabilities: names.filter((name) => !held.includes(name)),
    cgroup2: cgroup2Path(),
    lockdown: /\[(\w+)\]/.exec(read('/sys/kernel/security/lockdown') ?? '')?.[1] ?? null,
    sysctl: Object.fromEntries(SETTINGS.map((name) => [name.replaceAll('/', '.'), read(`/proc/sys/${name}`)])),
  };
}

function findLibbpf(): Pick<Machine, 'libbpf' | 'libbpfProblem'> {
  try {
    return { libbpf: defaultBackend().describe(), libbpfProblem: null };
  } catch (error) {
    return { libbpf: null, libbpfProblem: (error as Error).message };
  }
}

function effectiveCapabilities(): bigint | null {
  const digits = /^CapEff:\s*([0-9a-f]+)/m.exec(read('/proc/self/status') ?? '')?.[1];
  return digits ? BigInt(`0x${digits}`) : null;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
