import { once } from 'node:events';
import { pretty } from '@sonde/cli';
import { createAgent, exchangeToJson } from '@sonde/core';
import { prometheus } from '@sonde/exporter-prometheus';
import { l7 } from '@sonde/probe-l7';
import { say } from '../lib/run.mjs';
import { startSystem } from './system.mjs';

/** Example spans for the summary: the newest of each protocol, and the newest error of each. */
class Examples {
  #byKind = new Map();
  total = 0;
  errors = 0;

  add(span) {
    this.total++;
    if (span.error !== null) this.errors++;
    this.#byKind.set(`${span.protocol} ${span.error !== null}`, span);
  }

  /** The spans, by protocol. */
  get spans() {
    return [...this.#byKind.values()].sort((a, b) => a.protocol.localeCompare(b.protocol));
  }
}

/** Aborted by Ctrl-C, SIGTERM, or a terminal that closes. */
function endBySignal() {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort());
  return stop;
}

/** Resolves when it is aborted, or after `seconds`. */
async function theEnd(stop, seconds) {
  const timer = Number.isFinite(seconds) ? setTimeout(() => stop.abort(), seconds * 1000) : null;
  if (!stop.signal.aborted) await once(stop.signal, 'abort');
  clearTimeout(timer);
}

/** Starts the system and the agent, shows the live table, and sums up. */
export async function demonstrate({ seconds, rate }) {
  say('demo: starting nginx → a Node service → Redis and PostgreSQL, on loopback');
  const stop = endBySignal();
  const system = await startSystem(stop.signal).catch((error) => {
    if (!stop.signal.aborted) throw error;
    return null;
  });
  if (system === null) {
    say('demo: ended before it began; everything has been taken down again');
    return;
  }
  try {
    const { nginx, service, redis, postgres } = system.servers;
    const targets = [nginx, service, redis, postgres].map((server) => `pid=${server.pid}`);
    const agent = await createAgent({
      probes: [l7()],
      exporters: [prometheus({ port: 0 }), pretty()],
      targets,
      workers: 0,
    });
    const examples = new Examples();
    let address;
    let stats;
    try {
      address = agent.addresses.prometheus;
      say(`ready: observing ${targets.join(' ')}; metrics at ${address}`);
      const reading = (async () => {
        for await (const span of agent.spans()) examples.add(span);
      })();
      await system.startLoad(rate);
      await theEnd(stop, seconds);
      await system.servers.load.stop();
      await agent.stop();
      await reading;
      stats = await agent.stats();
    } finally {
      await agent.stop();
    }
    summarise(examples, stats, address);
  } finally {
    await system.stop();
  }
}

function summarise(examples, stats, address) {
  const lost = Object.values(stats.lost).reduce((sum, count) => sum + count, 0);
  say('\nThe last span of each kind:');
  for (const span of examples.spans) process.stdout.write(`${shortly(span)}\n`);
  const [whole] = examples.spans;
  if (whole !== undefined)
    process.stdout.write(`\nThe first of them as --output jsonl gives it:\n${exchangeToJson(whole)}\n`);
  const byProtocol = Object.entries(stats.exchanges)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
  say(
    `\n${examples.total} spans, one at each end of each hop (${byProtocol}); ${examples.errors} errors, which the load`,
  );
  say(`makes on purpose; ${lost} events lost.`);
  say(`CPU of the agent ${stats.cpuSeconds.toFixed(1)} s, memory ${(stats.peakRssBytes / 2 ** 20).toFixed(0)} MiB.`);
  say(`While it ran, Prometheus could scrape ${address}. Everything has been taken down again.`);
  say('Next: `npx sonde run --help`, docs/guides.');
}

/** `http1     nginx        server  GET /users/{id}                  200       1.42 ms` */
function shortly({ protocol, process: { name }, side, name: what, status, error, durationNs }) {
  const took = durationNs === null ? 'no answer' : `${(durationNs / 1e6).toFixed(2)} ms`;
  const outcome = error === null ? String(status ?? '') : `${status ?? ''} (error)`;
  return [
    protocol.padEnd(9),
    String(name).padEnd(13),
    String(side).padEnd(7),
    what.padEnd(32),
    outcome.padEnd(14),
    took,
  ].join(' ');
}
