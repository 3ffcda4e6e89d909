import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRedactor, exchangeToJson } from '@sonde/core';
import { builtinProtocols } from '@sonde/probe-l7';
import { captureOf, readSamples } from '@sonde/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { captureWarnings } from './capture-warnings.js';
import { decodeFile } from './decode-file.js';
import { DecodeTotals } from './decode-totals.js';
import { type Dice, diceOf, framesOf, mutated, oddPcapng, overlapping, pcapOf, shuffled } from './mutations.fixture.js';

/** How long each kind of damage is tried; a longer run is `SONDE_FUZZ_SECONDS=600`. */
const MILLISECONDS = Number(process.env.SONDE_FUZZ_SECONDS ?? 2.5) * 1000;
/** At least so many cases of each kind, however busy the machine is. */
const CASES = 20;
/** What no capture of this size may take: it takes milliseconds. */
const SLOWEST_MS = 20_000;

const folder = mkdtempSync(join(tmpdir(), 'sonde-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true }));

const captures: Buffer[] = [];
for (const { name } of builtinProtocols) {
  const samples = new URL(`../../../probe-l7/src/protocols/${name}/samples/`, import.meta.url);
  if (!existsSync(samples)) continue;
  const ports = builtinProtocols
    .find((protocol) => protocol.name === name)
    ?.detect?.rules.flatMap((rule) => rule.ports ?? []);
  for (const sample of await readSamples(samples)) {
    const capture = captureOf([sample], ports?.[0] ?? 9999);
    if (capture.length < 200_000) captures.push(capture);
  }
}

/** Decodes as the command does, down to the text of each line. */
async function decode(bytes: Buffer) {
  const file = join(folder, 'case.pcap');
  writeFileSync(file, bytes);
  let characters = 0;
  const { capture, flow } = await decodeFile(file, {
    protocols: builtinProtocols,
    assigned: new Map(),
    redactor: createRedactor(),
    onExchange: (exchange) => {
      characters += exchangeToJson(exchange).length;
    },
    onPiece: async () => {},
  });
  const totals = new DecodeTotals();
  totals.add(capture.stats, flow);
  JSON.stringify([captureWarnings(capture), totals.toStats()]);
  return { characters, problem: capture.problem, faults: flow.parserFaults, reasons: flow.parseErrorReasons };
}

const KINDS: [string, (capture: Buffer, dice: Dice) => Buffer][] = [
  ['flipped bits, bytes that came in or went', (capture, dice) => mutated(capture, dice)],
  [
    'the same within packets alone',
    (capture, dice) => pcapOf(framesOf(capture).map(({ at, bytes }) => ({ at, bytes: mutated(bytes, dice, 0) }))),
  ],
  ['segments that overlap and differ', (capture, dice) => pcapOf(overlapping(framesOf(capture), dice))],
  ['packets lost, cut, twice and in disorder', (capture, dice) => pcapOf(shuffled(framesOf(capture), dice))],
  ['all of that', (capture, dice) => mutated(pcapOf(shuffled(overlapping(framesOf(capture), dice), dice)), dice)],
  ['interfaces with odd options', (capture, dice) => oddPcapng(framesOf(capture), dice)],
  ['odd options, and flipped bits', (capture, dice) => mutated(oddPcapng(framesOf(capture), dice), dice)],
];

describe.each(KINDS)('a capture with %s', (_name, damage) => {
  it(
    'is decoded without a fault, without a hang, in bounded memory',
    async () => {
      const deadline = Date.now() + MILLISECONDS;
      await decode(captures[0]!);
      const before = process.memoryUsage().rss;
      for (let seed = 1; seed <= CASES || Date.now() < deadline; seed++) {
        const dice = diceOf(seed);
        const damaged = damage(captures[dice(captures.length)]!, dice);
        const began = Date.now();
        const { characters, problem, faults, reasons } = await decode(damaged);
        const told = `seed ${seed}: ${JSON.stringify(reasons)}`;
        expect(faults, told).toBe(0);
        expect(problem === null || problem.code.startsWith('CAPTURE_'), told).toBe(true);
        expect(Date.now() - began, told).toBeLessThan(SLOWEST_MS);
        // Nobody says more than a few times what was said.
        expect(characters, told).toBeLessThan(100_000 + 100 * damaged.length);
      }
      expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
    },
    120_000 + MILLISECONDS,
  );
});

it('there is something to damage', () => {
  expect(captures.length).toBeGreaterThan(20);
});
