#!/usr/bin/env node
/**
 * Boots other kernels under qemu and runs the built packages there: what the machine's own kernel can't show.
 *
 *   npm run test:kernels              both series
 *   npm run test:kernels -- 6.1       one
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildImage, kernelImage } from './kernels/image.mjs';
import { has, say } from './lib/run.mjs';
import { root } from './setup.mjs';

const SERIES = process.argv.length > 2 ? process.argv.slice(2) : ['6.1', '6.12'];
const DEADLINE = 240_000;

/** Boots a kernel with the image; resolves with its console output. */
function boot(kernel, image) {
  const args = ['-accel', 'tcg', '-cpu', 'max', '-m', '1500', '-nographic', '-no-reboot', '-nic', 'none'];
  args.push('-kernel', kernel, '-initrd', image);
  args.push('-append', 'console=ttyS0 quiet panic=-1 rdinit=/init mitigations=off');
  return new Promise((resolve, reject) => {
    const machine = spawn('qemu-system-x86_64', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    const timer = setTimeout(() => machine.kill('SIGKILL'), DEADLINE);
    machine.stdout.on('data', (data) => {
      text += data;
    });
    machine.on('error', reject);
    machine.on('close', () => {
      clearTimeout(timer);
      resolve(text);
    });
  });
}

if (process.arch !== 'x64' || !has('qemu-system-x86_64')) {
  say('kernels: SKIPPED, these kernels are for x86_64 and need qemu-system-x86_64');
  console.log('kernels: 0 passed, 0 failed, 1 skipped');
  process.exit(0);
}

const folder = join(root, '.build', 'kernels');
mkdirSync(folder, { recursive: true });
let passed = 0;
let failed = 0;
for (const series of SERIES) {
  const begin = Date.now();
  const kernel = kernelImage(folder, series);
  const image = buildImage(root, folder, kernel);
  const text = (await boot(kernel, image)).replaceAll('\r', '');
  const counts = /(\d+) passed, (\d+) failed/.exec(text);
  console.log(`kernel ${kernel.split('vmlinuz-')[1]} (${((Date.now() - begin) / 1000).toFixed(0)} s)`);
  console.log(
    text
      .split('\n')
      .filter((line) => /^(ok|not ok| {2}|\s+at )/.test(line))
      .join('\n'),
  );
  passed += Number(counts?.[1] ?? 0);
  failed += Number(counts?.[2] ?? 1);
  if (!counts) console.log(`the guest did not finish; the end of its console:\n${text.slice(-3000)}`);
}
console.log(`kernels: ${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
