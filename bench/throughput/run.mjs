#!/usr/bin/env node
/**
 * What does observing cost? nginx under wrk and Redis under redis-benchmark, at saturation, with and without the agent,
 * interleaved in one run. Prints one JSON object: the throughput ratio, events lost, exchanges seen against requests
 * made. Environment: BENCH_ROUNDS (5), BENCH_SECONDS (4).
 */
import { execFile, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startNginx } from '../../test/servers/nginx.mjs';
import { until } from '../../test/servers/process.mjs';
import { startRedis } from '../../test/servers/redis.mjs';

const exec = promisify(execFile);
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const seconds = Number(process.env.BENCH_SECONDS ?? 4);
const sonde = fileURLToPath(new URL('../../packages/cli/bin/sonde.js', import.meta.url));

/** Runs `load` under an agent; resolves with the load's result and the agent's account. */
async function observed(selectors, load) {
  const statsFile = join(tmpdir(), `sonde-bench-${process.pid}.json`);
  const args = [
    'run',
    '--probe',
    'l7',
    ...selectors.flatMap((one) => ['--target', one]),
    '--output',
    'none',
    '--stats',
    statsFile,
  ];
  const agent = spawn(process.execPath, [sonde, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  agent.stderr.on('data', (data) => {
    log += data;
  });
  const ended = new Promise((resolve) => agent.once('exit', resolve));
  try {
    await until(() => {
      if (agent.exitCode !== null) throw new Error(`the agent ended: ${log}`);
      return /^ready/m.test(log);
    }, 'the agent to be ready');
    // The plain rounds find warm servers; the agent's code has to be warm as well.
    const warm = await load();
    const result = await load();
    agent.kill('SIGINT');
    await ended;
    return { ...result, requests: warm.requests + result.requests, stats: JSON.parse(readFileSync(statsFile, 'utf8')) };
  } finally {
    agent.kill('SIGKILL');
    rmSync(statsFile, { force: true });
  }
}

async function wrk(port) {
  const { stdout } = await exec('wrk', ['-t1', '-c32', `-d${seconds}s`, `http://127.0.0.1:${port}/`]);
  const requests = Number(/(\d+) requests in/.exec(stdout)[1]);
  return { perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]), requests };
}

async function redisBenchmark(port, count) {
  const { stdout } = await exec('redis-benchmark', [
    '-p',
    String(port),
    '-t',
    'get',
    '-n',
    String(count),
    '-c',
    '50',
    '--csv',
  ]);
  const perSecond = Number(/"GET","([\d.]+)"/.exec(stdout)[1]);
  return { perSecond, requests: count };
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** One workload: plain and observed rounds take turns. */
async function compare(protocol, selectors, load) {
  const ratios = [];
  const plain = [];
  let requests = 0;
  let exchanges = 0;
  let lost = 0;
  let peakRssBytes = 0;
  await load();
  for (let round = 0; round < rounds; round++) {
    const before = await load();
    const during = await observed(selectors, load);
    const after = await load();
    plain.push(before.perSecond, after.perSecond);
    ratios.push(during.perSecond / ((before.perSecond + after.perSecond) / 2));
    requests += during.requests;
    exchanges += during.stats.exchanges[protocol] ?? 0;
    lost += Object.values(during.stats.lost).reduce((sum, count) => sum + count, 0);
    peakRssBytes = Math.max(peakRssBytes, during.stats.peakRssBytes);
  }
  return {
    ratio: Number(median(ratios).toFixed(3)),
    ratios: ratios.map((ratio) => Number(ratio.toFixed(3))),
    plainPerSecond: Math.round(median(plain)),
    requests,
    exchanges,
    lost,
    peakRssMiB: Math.round(peakRssBytes / 2 ** 20),
  };
}

const nginx = await startNginx({ accessLog: false });
const redis = await startRedis();
try {
  const redisLoad = () => redisBenchmark(redis.port, 100_000 * seconds);
  const results = {
    redisServer: await compare('redis', [`pid=${redis.pid}`], redisLoad),
    nginxServer: await compare('http1', [`comm=nginx`], () => wrk(nginx.port)),
    redisBothEnds: await compare('redis', [`port=${redis.port}`], redisLoad),
    nginxBothEnds: await compare('http1', [`port=${nginx.port}`], () => wrk(nginx.port)),
  };
  console.log(JSON.stringify(results, null, 2));
} finally {
  await nginx.stop();
  await redis.stop();
}
