import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { settled } from './settled.js';

const never = () => new Error('never');

it('gives what the promise gives, and listens no longer', async () => {
  const before = process.listenerCount('beforeExit');
  expect(await settled(Promise.resolve(5), never)).toBe(5);
  await expect(settled(Promise.reject(new Error('no')), never)).rejects.toThrowError('no');
  expect(process.listenerCount('beforeExit')).toBe(before);
});

it('fails before Node ends in silence', () => {
  const program = `
    const settled = ${settled.toString()};
    try { await settled(new Promise(() => {}), () => new Error('it never comes')); }
    catch (error) { console.log(error.message); }`;
  const words = ['--input-type=module', '-e', program];
  expect(execFileSync(process.execPath, words, { encoding: 'utf8' })).toBe('it never comes\n');
});
