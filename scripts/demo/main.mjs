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

  lines() {
    return [...this.#byKind.values()].sort((a, b) => a.protocol.localeCompare(b.protocol)).map(exchangeToJson);
  }
}

/** Resolves on Ctrl-C, SIGTERM, or after `seconds`. */
async function theEnd(seconds) {
  const stop = new AbortController();
  const timer = Number.isFinite(seconds) ? setTimeout(() => stop.abort(), seconds * 1000) : null;
  const onSignal = () => stop.abort();
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  if (!stop.signal.aborted) await once(stop.signal, 'abort');
  clearTimeout(timer);
}

/** Starts the system and the agent, shows the live table, and sums up. */
export async function demonstrate({ seconds, rate }) {
  say('demo: starting nginx → a Node service → Redis and PostgreSQL, on loopback');
  const system = await startSystem();
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
      await theEnd(seconds);
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
  say('\nOne span of each kind:');
  for (const line of examples.lines()) process.stdout.write(`${line}\n`);
  const byProtocol = Object.entries(stats.exchanges)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
  say(`\n${examples.total} requests seen (${byProtocol}), ${examples.errors} with errors, ${lost} events lost.`);
  say(`CPU of the agent ${stats.cpuSeconds.toFixed(1)} s, memory ${(stats.peakRssBytes / 2 ** 20).toFixed(0)} MiB.`);
  say(`While it ran, Prometheus could scrape ${address}. Everything has been taken down again.`);
  say('Next: `npx sonde run --help`, docs/guides.');
}
