import type { Protocol } from '@sonde/core';
import { attempt, Bench, type Finding, type SampleCheck } from './parser/bench.js';
import { endless, fuzz } from './parser/fuzz.js';
import { lostBytes, lostWrites, resync } from './parser/gaps.js';
import { golden } from './parser/golden.js';
import { keepsBounds } from './parser/memory.js';
import { pipelined, reversed } from './parser/pipelining.js';
import { deterministic, isolated, keepsNothing, plainData } from './parser/purity.js';
import { leavesAlone, recognised } from './parser/recognition.js';
import { byteByByte, everySplit, joined } from './parser/splits.js';
import { type CheckResult, type ConformanceReport, createReport } from './report.js';
import type { Sample } from './sample.js';

/** What {@link parserConformance} works with. */
export interface ParserConformanceOptions {
  /** Recorded conversations of the protocol: see `readSamples`. */
  samples: readonly Sample[];
  /** Conversations of other protocols, of which this one has to make nothing. @default none */
  others?: readonly Sample[];
  /** False for protocols whose client can't send everything before the first response (a login that asks back). @default true */
  pipelining?: boolean;
  /** Most runs of one check with one sample. @default 2048 */
  cases?: number;
  /** Milliseconds of fuzzing for each sample, at most. @default 250 */
  fuzzMs?: number;
  /** Where random numbers begin; the same seed gives the same runs. @default 1 */
  seed?: number;
}

const ALWAYS: readonly [string, SampleCheck][] = [
  ['reads what the sample holds', golden],
  ['describes exchanges in plain data', plainData],
  ['keeps nothing of a chunk', keepsNothing],
  ['says the same each time', deterministic],
  ['keeps connections apart', isolated],
  ['is recognised by its rules', recognised],
  ['pairs nothing wrongly with a write lost', lostWrites],
  ['finds its way back after a loss', resync],
  ['bears damage and noise', fuzz],
];
const STREAMS: readonly [string, SampleCheck][] = [
  ['is the same however it is split', everySplit],
  ['is the same byte by byte', byteByByte],
  ['is the same in larger pieces', joined],
  ['pairs nothing wrongly with bytes lost', lostBytes],
  ['bears messages without an end', endless],
];
const PIPELINED: [string, SampleCheck] = ['pairs pipelined requests', pipelined];
const REVERSED: [string, SampleCheck] = ['pairs responses in any order', reversed];

/**
 * Tries a protocol plugin with recorded conversations in every way that real traffic would: split anywhere, pipelined,
 * with parts missing, damaged. Needs no kernel and no test runner; takes seconds. Nothing is thrown: see
 * {@link assertConforms}.
 */
export function parserConformance(protocol: Protocol, options: ParserConformanceOptions): ConformanceReport {
  const { samples, others = [], cases = 2048, fuzzMs = 250, seed = 1 } = options;
  const results: CheckResult[] = [declaration(protocol, samples)];
  const benches: Bench[] = [];
  for (const sample of samples) {
    try {
      const bench = new Bench(protocol, sample, { cases, fuzzMs, seed });
      benches.push(bench);
      results.push(...runSample(bench, options));
    } catch (error) {
      results.push(result('reads what the sample holds', sample.name, { cases: 1, problem: `threw ${String(error)}` }));
    }
  }
  if (benches.length > 0) results.push(result('keeps its memory within bounds', null, keepsBounds(benches)));
  for (const other of others) {
    results.push(result('leaves other protocols alone', other.name, leavesAlone(protocol, other, Math.min(cases, 40))));
  }
  return createReport('parser', protocol.name, protocol.apiVersion, results);
}

function runSample(bench: Bench, { pipelining = true }: ParserConformanceOptions): CheckResult[] {
  const { protocol, sample } = bench;
  const datagrams = sample.transport === 'udp';
  const checks = [...ALWAYS, ...(datagrams ? [] : STREAMS)];
  if (pipelining) checks.push(PIPELINED);
  if (datagrams && protocol.match === 'id') checks.push(REVERSED);
  return checks.map(([check, run]) => result(check, sample.name, run(bench)));
}

/** What the plugin says of itself. */
function declaration(protocol: Protocol, samples: readonly Sample[]): CheckResult {
  const problem = attempt(() => {
    if (protocol.kind !== 'protocol' || protocol.apiVersion !== 1) return 'it is not made by defineProtocol, API 1';
    if (samples.length === 0) return 'there is no sample: record one';
    if (protocol.description.trim() === '') return 'it has no description';
    if (protocol.support.versions.length === 0) return 'support.versions names nothing';
    return null;
  });
  return result('declares what the contract asks for', null, { cases: 1, problem });
}

function result(check: string, sample: string | null, { cases, problem }: Finding): CheckResult {
  return { check, sample, passed: problem === null, cases, problem };
}
