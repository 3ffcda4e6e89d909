#!/usr/bin/env node
/**
 * Flowtracer at scale, in namespaces of its own with rules like those of kube-proxy. Needs root, nftables and gcc.
 *
 *   node bench/nat/run.mjs exact [COUNT]       short connections: is the backend on each span the one that logged it?
 *   node bench/nat/run.mjs churn [RATE] [S]    so many connections a second from few ports; memory over time
 *   node bench/nat/run.mjs cost [ROUNDS]       bulk transfer and connect/close, with and without in short turns
 *   node bench/nat/run.mjs memory              connections that the agent takes in per second of CPU time
 *   node bench/nat/run.mjs                     all of them; prints one JSON object for each
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createAgent } from '@sonde/core';
import { flowtracer } from '@sonde/probe-flowtracer';
import { l7 } from '@sonde/probe-l7';
import { createJiti } from 'jiti';
import { memory } from './memory.mjs';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const here = fileURLToPath(new URL('.', import.meta.url));
const { NatWorld, until } = await createJiti(import.meta.url).import(
  '../../packages/probe-flowtracer/test/support/nat-world.ts',
);

/** Runs `work` in a world of its own, which goes whatever happens. */
async function inWorld(backends, work) {
  const world = new NatWorld(backends);
  try {
    await world.start();
    return await work(world);
  } finally {
    await world.close();
  }
}

/** What the spans of each side say, by the number that each request has: a backend's or a client's place in a list. */
class Answers {
  constructor(count, family) {
    this.client = new Uint8Array(count);
    this.server = new Uint8Array(count);
    this.places = new Map([[NatWorld.client(family), CLIENT]]);
    for (const number of [1, 2, 3]) this.places.set(NatWorld.backend(number, family), number);
  }

  note({ side, attributes, server, client }) {
    const what = attributes['url.path'] ?? attributes['dns.question.name'];
    const other = side === 'client' ? server : client;
    this[side][numberOf(what)] = this.places.get(other?.address) ?? ELSEWHERE;
  }
}

const CLIENT = 100;
const ELSEWHERE = 101;

/** Of `/prefix/17` and of `q17.prefix.test`. */
function numberOf(what) {
  return Number(/(\d+)$/.exec(what)?.[1] ?? /^q(\d+)/.exec(what)[1]);
}

/** Runs an agent of both probes while `ask` works. */
async function traced(answers, ask) {
  const agent = await createAgent({
    probes: [l7(), flowtracer({ events: 'none' })],
    targets: [`pid=${process.pid}`],
    workers: 0,
  });
  const reading = (async () => {
    for await (const span of agent.spans({ capacity: 1 << 17 })) answers.note(span);
  })();
  const memory = [];
  const sample = setInterval(() => memory.push(memoryNow()), 5000);
  try {
    const clients = await ask();
    await agent.snapshot();
    return { clients, stats: await agent.stats(), memory };
  } finally {
    clearInterval(sample);
    await agent.stop();
    await reading;
  }
}

/** What lives after a collection; the backends' logs, which are kept here, grow by some 100 bytes a request. */
function memoryNow() {
  collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rssMB: Math.round(rss / 1e6), liveMB: Math.round((heapUsed + external) / 1e5) / 10 };
}

/** Holds spans against the backends' logs. */
async function compare(world, prefix, { answered, failed }, answers) {
  await until('the logs', () => world.served(prefix).size >= answered);
  const served = world.served(prefix);
  const result = { requests: served.size, answered, failed, client: score(), server: score() };
  for (const [what, { backend }] of served) {
    const number = numberOf(what);
    tally(result.client, answers.client[number], backend);
    tally(result.server, answers.server[number], CLIENT);
  }
  return result;
}

const score = () => ({ right: 0, wrong: 0, missing: 0 });

function tally(counts, found, expected) {
  if (found === 0) counts.missing++;
  else if (found === expected) counts.right++;
  else counts.wrong++;
}

async function exact(count = 10_000) {
  const share = Math.ceil(count / 8);
  await inWorld(3, async (world) => {
    for (const family of [4, 6]) {
      for (const name of ['cluster', 'masqueraded', 'nodePort', 'dns']) {
        const prefix = `${name.toLowerCase()}${family}`;
        const kind = name === 'dns' ? 'dns' : 'http';
        const ask = () => world.ask(kind, NatWorld.service(name, family), prefix, { count: share, parallel: 20 });
        const answers = new Answers(share, family);
        const { clients, stats } = await traced(answers, ask);
        const result = await compare(world, prefix, clients, answers);
        print({ bench: 'exact', service: name, family, ...result, lost: nonZero(stats.lost) });
      }
    }
  });
}

async function churn(rate = 2000, seconds = 30) {
  await inWorld(3, async (world) => {
    // Each port has to serve some twenty connections.
    const ports = Math.ceil((rate * seconds) / 20);
    for (const setting of [`net.ipv4.ip_local_port_range=40000 ${39_999 + ports}`, 'net.ipv4.tcp_tw_reuse=1']) {
      execFileSync('ip', ['netns', 'exec', world.client, 'sysctl', '-qw', setting]);
    }
    const start = performance.now();
    const ask = () =>
      world.ask('http', NatWorld.service('masqueraded', 4), 'churn', { count: rate, seconds, parallel: 500 });
    const answers = new Answers(rate * seconds, 4);
    const { clients, stats, memory } = await traced(answers, ask);
    const took = (performance.now() - start) / 1000;
    const result = await compare(world, 'churn', clients, answers);
    print({
      bench: 'churn',
      ports,
      connectionsPerSecond: Math.round(clients.answered / took),
      ...result,
      memory,
      cpuSeconds: stats.cpuSeconds,
      lost: nonZero(stats.lost),
    });
  });
}

/** Milliseconds of one measurement, and of the pause before it. */
const SLICE_MS = 150;
const PAUSE_MS = 30;
/** Clients that connect at once: one alone waits for wake-ups most of the time, which says nothing of cost. */
const CLIENTS = 3;

async function cost(rounds = 100) {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-bench-nat-'));
  const traffic = join(folder, 'traffic');
  try {
    execFileSync('gcc', ['-O2', '-o', traffic, join(here, 'traffic.c')]);
    for (const [load, server] of [
      ['bulk', 'sink'],
      ['churn', 'close'],
    ]) {
      await inWorld(1, async (world) => {
        await world.logs[0].end();
        const sink = world.run(world.backends[0], [traffic, server, '8080']);
        await sink.said('ready');
        const { address, port } = NatWorld.service('cluster', 4);
        const files = Array.from({ length: load === 'bulk' ? 1 : CLIENTS }, (_, index) => join(folder, load + index));
        for (const file of files) {
          await world.run(world.client, [traffic, load, address, String(port), file]).said('ready');
        }
        print({ bench: 'cost', load, ...(await inTurn(files, rounds)) });
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Rates with and without flowtracer, in the order with, without, without, with, so that drift cancels out. */
async function inTurn(files, rounds) {
  const fds = files.map((file) => openSync(file));
  const agent = await createAgent({ probes: [flowtracer(OFF)], workers: 0 });
  const ratios = [];
  const sum = { with: 0, without: 0 };
  try {
    for (let round = 0; round < rounds; round++) {
      const here = { with: 0, without: 0 };
      for (const which of ['with', 'without', 'without', 'with']) {
        await agent.reconfigure({ probes: which === 'with' ? [flowtracer(OFF)] : [] });
        here[which] += await rate(fds);
      }
      ratios.push(here.with / here.without);
      sum.with += here.with / 2 / rounds;
      sum.without += here.without / 2 / rounds;
    }
    const nsPerRun = await programCost();
    return { perSecond: rounded(sum), ratio: rounded(sum.with / sum.without), ...spread(ratios), nsPerRun };
  } finally {
    await agent.stop();
    fds.forEach(closeSync);
  }
}

/** What is there already is learnt once in an agent's life, not in each turn. */
const OFF = { events: 'none', seed: false };

async function rate(fds) {
  const counted = () => fds.reduce((sum, fd) => sum + counter(fd), 0);
  await wait(PAUSE_MS);
  const [before, start] = [counted(), performance.now()];
  await wait(SLICE_MS);
  return ((counted() - before) / (performance.now() - start)) * 1000;
}

function counter(fd) {
  const bytes = Buffer.alloc(8);
  readSync(fd, bytes, 0, 8, 0);
  return Number(bytes.readBigUInt64LE());
}

/** Nanoseconds of one run of the program, for this load. */
async function programCost() {
  const agent = await createAgent({ probes: [flowtracer(OFF)], workers: 0, programStats: true });
  await wait(1000);
  const { programs } = await agent.stats();
  await agent.stop();
  const { timeNs, runs } = programs.find(({ name }) => name === 'net_dev_queue');
  return Math.round(timeNs / runs);
}

/** The median, and the interval in which the true median lies with 95 % confidence. */
function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = 0.98 * Math.sqrt(sorted.length);
  const at = (index) => rounded(sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(index)))]);
  const middle = (sorted.length - 1) / 2;
  return { medianRatio: at(middle), confidence95: [at(middle - half), at(middle + half)] };
}

function rounded(value) {
  if (typeof value === 'number') return Number(value.toFixed(value > 1000 ? 0 : 4));
  return Object.fromEntries(Object.entries(value).map(([name, number]) => [name, rounded(number)]));
}

function nonZero(counts) {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

function print(line) {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

// The namespaces go with the process's orderly end.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const benches = { exact, churn, cost, memory: () => print({ bench: 'memory', ...memory() }) };
const [which, ...numbers] = process.argv.slice(2);
if (which !== undefined && !(which in benches)) {
  console.error(`usage: node bench/nat/run.mjs [${Object.keys(benches).join('|')}] [NUMBER…]`);
  process.exit(2);
}
for (const [name, bench] of Object.entries(benches)) {
  if (which === undefined || which === name) await bench(...numbers.map(Number));
}
