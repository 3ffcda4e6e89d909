import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { run } from './run.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'create-sonde-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the command; `answers` come from somebody at a terminal. */
async function command(args: string[], answers?: string[]) {
  const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const asked = answers !== undefined;
  const [out, err] = [text(output), text(errors)];
  // An answer for each question, as it comes: readline drops lines that nobody has asked for.
  const left = [...(answers ?? [])];
  output.on('data', (data) => {
    if (!/\? $/.test(String(data))) return;
    const answer = left.shift();
    if (answer === undefined) input.end();
    else input.write(`${answer}\n`);
  });
  const status = await run(args, { input, output, errors, directory: folder, interactive: asked });
  output.end();
  errors.end();
  return { status, out: await out, err: await err };
}

it('makes a package, and says what to type next', async () => {
  const { status, out, err } = await command(['parser', 'tally']);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toContain('  cd sonde-parser-tally\n  npm install\n  npm test\n');
  expect(readdirSync(folder)).toEqual(['sonde-parser-tally']);
});

it('asks for what is missing, and asks again for what it can not use', async () => {
  const { status, out } = await command([], ['plugin', 'exporter', 'My Lines', 'my-lines']);
  expect(status).toBe(0);
  expect(out).toContain("there is no kind 'plugin'. It is one of parser, probe, exporter.");
  expect(out).toContain("'My Lines' can't be the name of an exporter");
  expect(readdirSync(folder)).toEqual(['sonde-exporter-my-lines']);
});

it('asks for the name only, where the kind is given', async () => {
  const { out } = await command(['probe'], ['signals']);
  expect(out).toMatch(/^Name of the probe\? /);
  expect(readdirSync(folder)).toEqual(['sonde-probe-signals']);
});

it('ends when nobody answers', async () => {
  const { status, err } = await command([], ['parser']);
  expect({ status, err }).toMatchObject({ status: 2, err: expect.stringContaining('the questions were not answered') });
  expect(readdirSync(folder)).toEqual([]);
});

it.each([
  [[], 'KIND and NAME are not given'],
  [['parser'], 'NAME is not given'],
  [['plugin'], "there is no kind 'plugin'"],
  [['parser', 'Tally'], "'Tally' can't be the name of a parser"],
  [['--nonsense'], "Unknown option '--nonsense'"],
])('ends with 2 and a hint after %j', async (args, message) => {
  const { status, err, out } = await command(args);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toMatch(new RegExp(`^error: ${message}.*\nhint: .+\n$`));
});

it('does not ask after --yes, though somebody is there', async () => {
  expect((await command(['--yes'], ['parser'])).status).toBe(2);
});

it('refuses to write into its own work a second time', async () => {
  await command(['parser', 'tally']);
  const { status, err } = await command(['parser', 'tally']);
  expect({ status, err }).toMatchObject({ status: 2, err: expect.stringContaining('is not empty') });
});

it('tells its usage and its version on stdout', async () => {
  expect((await command(['--help'])).out).toMatch(/^Usage: npm create sonde@latest/);
  expect((await command(['-v'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});
