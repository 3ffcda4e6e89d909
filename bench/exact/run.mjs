#!/usr/bin/env node
/**
 * Is every request seen, once, with the right status? A mixed load against nginx, Redis, PostgreSQL and MariaDB; the
 * spans of both ends are held against what the client counted and what nginx logged. Prints one JSON object, and exits
 * with 1 if a number differs. Environment: EXACT_SECONDS (30), EXACT_RATE (2000), EXACT_CAPTURE (auto).
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createAgent } from '@sonde/core';
import { l7 } from '@sonde/probe-l7';
import { startMariadb } from '../../test/servers/mariadb.mjs';
import { startNginx } from '../../test/servers/nginx.mjs';
import { startPostgres } from '../../test/servers/postgres.mjs';
import { startRedis } from '../../test/servers/redis.mjs';

const seconds = Number(process.env.EXACT_SECONDS ?? 30);
const rate = Number(process.env.EXACT_RATE ?? 2000);
const capture = process.env.EXACT_CAPTURE ?? 'auto';

const servers = {
  nginx: await startNginx(),
  redis: await startRedis(),
  postgres: await startPostgres(),
  mariadb: await startMariadb(),
};
const ports = Object.values(servers).map((server) => `port=${server.port}`);
const seen = { client: {}, server: {} };
const latencies = {};
let load;
try {
  load = fork(fileURLToPath(new URL('load.mjs', import.meta.url)), {
    env: {
      ...process.env,
      HTTP: servers.nginx.port,
      REDIS: servers.redis.port,
      POSTGRES: servers.postgres.port,
      MARIADB: servers.mariadb.port,
      RATE: rate,
    },
  });
  await once(load, 'message');
  const agent = await createAgent({ probes: [l7({ capture })], targets: ports, workers: 0 });
  const spans = agent.spans({ capacity: 1 << 20 });
  const reading = (async () => {
    for await (const span of spans) count(span);
  })();
  load.send('go');
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  load.send('stop');
  const [told] = await once(load, 'message');
  await once(load, 'exit');
  await agent.stop();
  await reading;
  report(told, await agent.stats());
} finally {
  load?.kill();
  for (const server of Object.values(servers)) await server.stop();
}

function count(span) {
  const { operation, resource } = span.request;
  // What the client library does on its own (logging in, warming up) isn't part of the load.
  if (operation === 'startup' || operation === 'login' || /sleep/i.test(resource ?? '') || span.durationNs === null)
    return;
  if (span.protocol === 'redis' && !/^(GET|SET|LPUSH)$/.test(operation)) return;
  const status = span.error ?? (span.protocol === 'http1' ? span.status : 'OK');
  const key = `${span.protocol} ${operation} ${status}`;
  seen[span.side][key] = (seen[span.side][key] ?? 0) + 1;
  if (span.side === 'client') {
    latencies[span.protocol] ??= [];
    latencies[span.protocol].push(span.durationNs / 1e6);
  }
}

/** Names of the client's errors as the spans write them. */
function normalise(counts) {
  const result = {};
  for (const [key, value] of Object.entries(counts)) {
    const name = key.replace('ER_NO_SUCH_TABLE', '1146');
    result[name] = (result[name] ?? 0) + value;
  }
  return Object.fromEntries(
    Object.entries(result)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, value]) => [key, value]),
  );
}

function report({ counts, medianMs }, stats) {
  const expected = normalise(counts);
  const logged = {};
  for (const line of readFileSync(servers.nginx.accessLog, 'utf8').trim().split('\n')) {
    const [method, , status] = line.split(' ');
    const key = `http1 ${method} ${status}`;
    logged[key] = (logged[key] ?? 0) + 1;
  }
  const differences = [];
  for (const side of ['client', 'server']) {
    const got = normalise(seen[side]);
    for (const key of new Set([...Object.keys(expected), ...Object.keys(got)])) {
      if (expected[key] !== got[key])
        differences.push(`${side} ${key}: expected ${expected[key] ?? 0}, saw ${got[key] ?? 0}`);
    }
  }
  for (const [key, value] of Object.entries(logged)) {
    if (seen.server[key] !== value) differences.push(`nginx logged ${key} ${value}, saw ${seen.server[key] ?? 0}`);
  }
  const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
  const spanMedianMs = Object.fromEntries(Object.entries(latencies).map(([key, list]) => [key, median(list)]));
  const total = Object.values(expected).reduce((sum, value) => sum + value, 0);
  const { lost, unmatchedReasons, parseErrors, cpuSeconds, peakRssBytes } = stats;
  console.log(
    JSON.stringify(
      {
        seconds,
        rate,
        capture,
        total,
        expected,
        differences,
        lost,
        unmatchedReasons,
        parseErrors,
        clientMedianMs: medianMs,
        spanMedianMs,
        cpuSeconds,
        peakRssMiB: peakRssBytes >> 20,
      },
      null,
      2,
    ),
  );
  process.exitCode = differences.length > 0 || Object.values(lost).some((value) => value > 0) ? 1 : 0;
}
