#!/usr/bin/env node
/**
 * `npm test`: sets everything up and runs everything. Ends with one line that counts the tests.
 *
 *   npm test                 all of it
 *   npm test -- unit         one or more stages: static, unit, integration, packages, kernels
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { has, run, say } from './lib/run.mjs';
import { build, checkMachine, installModules, installPackages, root } from './setup.mjs';

const STAGES = ['static', 'unit', 'integration', 'packages', 'kernels'];
const chosen = process.argv.slice(2);
for (const stage of chosen) {
  if (!STAGES.includes(stage)) {
    process.stderr.write(`error: unknown stage '${stage}'; there are: ${STAGES.join(', ')}\n`);
    process.exit(2);
  }
}
const stages = chosen.length > 0 ? chosen : STAGES;

checkMachine();
await installPackages(['build', 'demo', 'test']);
await installModules();
await build();
// The platform package's libbpf is made from a Rust crate; without Rust its tests say that they are skipped.
if (process.arch === 'x64' && has('cargo')) {
  await installPackages(['libbpf']);
  await run(process.execPath, [join(root, 'scripts', 'build-libbpf.mjs')], { cwd: root }).catch((error) =>
    say(`libbpf: not built (${error.message}); its tests are skipped`),
  );
}

const reports = join(root, '.build', 'test');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const bin = (name) => join(root, 'node_modules', '.bin', name);
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

const vitest = (project) => async () => {
  const report = join(reports, `${project}.json`);
  const args = ['run', '--project', project, '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
  const result = await run(bin('vitest'), args, { cwd: root }).catch((error) => error);
  if (!existsSync(report)) throw result ?? new Error(`${project}: no report`);
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, success } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  total.passed += numPassedTests;
  total.failed += numFailedTests;
  total.skipped += numPendingTests + numTodoTests;
  if (!success || result) failures.push(project);
};

/** A script that checks several things and prints `N passed, N failed[, N skipped]` as its last line of output. */
const script = (name) => async () => {
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, [join(root, 'scripts', name)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (data) => {
    text += data;
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  // Not before: another stage may be writing.
  process.stdout.write(`\n${text}`);
  const counts = [...text.matchAll(/(\d+) passed, (\d+) failed(?:, (\d+) skipped)?/g)].at(-1);
  total.passed += Number(counts?.[1] ?? 0);
  total.failed += Number(counts?.[2] ?? 0);
  total.skipped += Number(counts?.[3] ?? 0);
  if (status !== 0 || !counts) failures.push(name);
};

const actions = {
  static: async () => {
    await run(bin('biome'), ['check', '--error-on-warnings', '.'], { cwd: root });
    await run(bin('tsc'), ['-p', 'tsconfig.json', '--noEmit'], { cwd: root });
    await script('check.mjs')();
  },
  unit: vitest('unit'),
  integration: vitest('integration'),
  packages: script('test-packages.mjs'),
  kernels: script('test-kernels.mjs'),
};

async function perform(stage) {
  const begin = Date.now();
  say(`\n== ${stage}`);
  try {
    await actions[stage]();
  } catch (error) {
    failures.push(stage);
    say(`${stage}: ${error.message}`);
  }
  say(`== ${stage}: ${((Date.now() - begin) / 1000).toFixed(0)} s`);
}

/** One after the other. */
async function inTurn(...names) {
  for (const stage of names) if (stages.includes(stage)) await perform(stage);
}

await inTurn('static', 'unit');
// The integration tests wait for servers most of the time, and virtual machines take one core.
await Promise.all([inTurn('integration'), inTurn('kernels', 'packages')]);

if (failures.length > 0) say(`\nfailed: ${failures.join(', ')}`);
if (failures.length > 0 && total.failed === 0) total.failed = failures.length;
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exit(failures.length > 0 ? 1 : 0);
