import type { FeatureState } from '@sonde/ebpf';
import type { Examination } from './examine.js';

const SIGNS: Readonly<Record<FeatureState, string>> = { yes: '✓', no: '✗', inconclusive: '?' };
const COLOURS: Readonly<Record<FeatureState, string>> = { yes: '\x1b[32m', no: '\x1b[31m', inconclusive: '\x1b[33m' };

/** The examination as text, a line for each finding. */
export function printExamination({ machine, features, probes, ready, advice }: Examination, colour: boolean): string {
  const sign = (state: FeatureState) => (colour ? `${COLOURS[state]}${SIGNS[state]}\x1b[0m` : SIGNS[state]);
  const lines = ['Machine'];
  const fact = (name: string, value: string) => lines.push(`  ${name.padEnd(14)}${value}`);
  fact('kernel', `Linux ${machine.kernel} ${machine.arch}`);
  fact('node', machine.node);
  fact('libbpf', machine.libbpf ?? `not found: ${machine.libbpfProblem}`);
  fact('user', machine.uid === 0 ? 'root' : `uid ${machine.uid ?? 'unknown'}`);
  fact('capabilities', machine.capabilities.join(', ') || 'none that matter');
  if (machine.missingCapabilities.length > 0) fact('  without', machine.missingCapabilities.join(', '));
  fact('cgroup2', machine.cgroup2 ?? 'not mounted');
  if (machine.lockdown !== null) fact('lockdown', machine.lockdown);
  for (const [name, value] of Object.entries(machine.sysctl)) {
    if (value !== null) lines.push(`  ${name.padEnd(34)}${value}`);
  }

  lines.push('', 'Kernel features');
  const width = Math.max(...features.map((feature) => feature.name.length)) + 2;
  for (const { name, state, summary, since, hint } of features) {
    const version = since ? ` (since ${since})` : '';
    lines.push(`  ${sign(state)} ${name.padEnd(width)}${summary}${version}`);
    if (state === 'no') lines.push(`    ${' '.repeat(width)}→ ${hint}`);
    if (state === 'inconclusive') lines.push(`    ${' '.repeat(width)}→ could not be tried here`);
  }

  lines.push('', 'Probes');
  if (probes.length === 0) lines.push('  none is installed: npm install @sonde/probe-l7');
  for (const probe of probes) {
    const reasons = [
      ...probe.missing.map((feature) => `lacks ${feature}`),
      ...probe.inconclusive.map((feature) => `can't tell whether there is ${feature}`),
      ...(probe.problem === null ? [] : [probe.problem]),
    ];
    const why = reasons.length > 0 ? `: ${reasons.join(', ')}` : ' can run';
    lines.push(`  ${sign(probe.state)} ${probe.name} (${probe.package} ${probe.version})${why}`);
  }

  if (advice.length > 0) lines.push('', 'What to do', ...advice.map((line) => `  ${line}`));
  lines.push('', ready ? 'Sonde can run here.' : 'Sonde can observe nothing here; `sonde decode` works all the same.');
  return `${lines.join('\n')}\n`;
}
