import type { FeatureState } from '@sonde/ebpf';
import type { Examination, FeatureReport, ProbeReport } from './examine.js';

const SIGNS: Readonly<Record<FeatureState, string>> = { yes: '✓', no: '✗', inconclusive: '?' };
const COLOURS: Readonly<Record<FeatureState, string>> = { yes: '\x1b[32m', no: '\x1b[31m', inconclusive: '\x1b[33m' };

/** Most features that are named when they could not be tried. */
const MOST_NAMED = 3;
const ALL_THE_SAME = '`sonde decode` works all the same.';

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
  const untried = features.filter(({ state }) => state === 'inconclusive');
  for (const { name, state, summary, since, hint } of features) {
    if (state === 'inconclusive') continue;
    const version = since ? ` (since ${since})` : '';
    lines.push(`  ${sign(state)} ${name.padEnd(width)}${summary}${version}`);
    if (state === 'no') lines.push(`    ${' '.repeat(width)}→ ${hint}`);
  }
  if (untried.length > 0) lines.push(`  ${sign('inconclusive')} ${untriedLine(untried, features)}`);

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
  lines.push(
    '',
    ready ? 'Sonde can run here.' : `Sonde can't run here: ${obstacle(features, probes)}. ${ALL_THE_SAME}`,
  );
  return `${lines.join('\n')}\n`;
}

/** What could not be tried, in one line: without privileges that is nearly everything. */
function untriedLine(untried: readonly FeatureReport[], features: readonly FeatureReport[]): string {
  const { length } = untried;
  const why = lacks('privileges', features) ? 'without privileges' : 'here';
  const names = length > MOST_NAMED ? '' : `: ${untried.map(({ name }) => name).join(', ')}`;
  return `${length} feature${length === 1 ? '' : 's'} could not be tried ${why}${names}`;
}

/** The first thing that is in the way of the l7 probe. */
function obstacle(features: readonly FeatureReport[], probes: readonly ProbeReport[]): string {
  if (lacks('libbpf', features)) return 'there is no libbpf';
  if (lacks('privileges', features)) return 'privileges are missing';
  const l7 = probes.find(({ name }) => name === 'l7');
  if (l7 === undefined) return 'the l7 probe is not installed';
  if (l7.problem !== null) return l7.problem;
  if (l7.missing.length > 0) return `the l7 probe lacks ${l7.missing.join(', ')}`;
  return `nobody can tell whether there is ${l7.inconclusive.join(', ')}`;
}

function lacks(feature: string, features: readonly FeatureReport[]): boolean {
  return features.some(({ name, state }) => name === feature && state === 'no');
}
