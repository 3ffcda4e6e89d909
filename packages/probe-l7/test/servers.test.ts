import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request } from 'node:http';
import { connect } from 'node:net';
import { type Agent, createAgent, type Exchange } from '@sonde/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { l7 } from '../src/index.js';
import { METHODS } from './support/capture-methods.js';
import { output, Servers, until } from './support/servers.js';

/** An agent in this thread, with what it saw. */
class Watch {
  readonly exchanges: Exchange[] = [];
  readonly #agent: Agent;
  readonly #done: Promise<void>;

  private constructor(agent: Agent) {
    this.#agent = agent;
    this.#done = (async () => {
      for await (const exchange of agent.spans({ capacity: 200_000 })) this.exchanges.push(exchange);
    })();
  }

  static async start(capture: 'socket' | 'syscall', targets: string[]): Promise<Watch> {
    return new Watch(await createAgent({ probes: [l7({ capture })], targets, workers: 0 }));
  }

  /** Ends the agent and returns how often each summary came. */
  async stop(summary: (exchange: Exchange) => string): Promise<Record<string, number>> {
    await this.#agent.stop();
    await this.#done;
    const stats = await this.#agent.stats();
    expect(stats.lost, 'lost').toEqual({});
    expect(stats.parseErrors, 'parse errors').toBe(0);
    expect(stats.faults, 'faults').toEqual({});
    const counts: Record<string, number> = {};
    for (const exchange of this.exchanges) counts[summary(exchange)] = (counts[summary(exchange)] ?? 0) + 1;
    return counts;
  }
}

describe.each(METHODS)('real servers, by %s capture', (method) => {
  const servers = new Servers();
  let redis: number;
  let nginx: { port: number; log: string };
  let postgres: number;
  let mariadb: string;
  let dns: number;

  beforeAll(async () => {
    [redis, nginx, postgres, mariadb, dns] = await Promise.all([
      servers.redis(),
      servers.nginx(),
      servers.postgres(),
      servers.mariadb(),
      servers.dnsmasq(),
    ]);
  });
  afterAll(() => servers.close());

  /** @against http1: nginx */
  it('sees at nginx each request that its log has, with its status', async () => {
    const watch = await Watch.start(method, [`port=${nginx.port}`]);
    const agent = new HttpAgent({ keepAlive: true, maxSockets: 4 });
    const before = readFileSync(nginx.log, 'utf8').length;
    const fetch = (path: string, verb = 'GET') =>
      new Promise<void>((resolve, reject) => {
        const sent = request({ agent, host: '127.0.0.1', port: nginx.port, path, method: verb }, (response) => {
          response.resume().once('end', resolve);
        });
        sent.once('error', reject);
        sent.end();
      });
    for (let i = 0; i < 100; i++) {
      await Promise.all([fetch('/'), fetch('/large.bin'), fetch('/none'), fetch('/', 'HEAD'), fetch('/', 'DELETE')]);
    }
    agent.destroy();
    const logged: Record<string, number> = {};
    await until('the log', () => readFileSync(nginx.log, 'utf8').slice(before).trim().split('\n').length === 500);
    for (const line of readFileSync(nginx.log, 'utf8').slice(before).trim().split('\n')) {
      const [status, verb] = line.split(' ');
      logged[`${verb} ${status}`] = (logged[`${verb} ${status}`] ?? 0) + 1;
    }
    const seen = await watch.stop((exchange) => `${exchange.request.operation} ${exchange.status}`);
    expect(seen).toEqual(logged);
  });

  /** @against redis: Redis */
  it('sees at Redis each command of pipelines that began before the agent did', async () => {
    const socket = connect(redis, '127.0.0.1');
    let replies = 0;
    socket.on('data', (data) => {
      replies += data.toString('latin1').split('\r\n').length - 1;
    });
    const send = (from: number, count: number) => {
      const commands = Array.from(
        { length: count },
        (_, i) => `*3\r\n$3\r\nSET\r\n$4\r\nname\r\n$1\r\n${(from + i) % 10}\r\n`,
      );
      socket.write(commands.join(''));
    };
    send(0, 500);
    await until('the replies', () => replies === 500);
    const watch = await Watch.start(method, [`port=${redis}`]);
    for (let i = 0; i < 40; i++) {
      send(500 + i * 50, 50);
      if (i % 4 === 0) await until('the replies', () => replies === 550 + i * 50);
    }
    await until('the replies', () => replies === 2500);
    socket.destroy();
    const seen = await watch.stop((exchange) => `${exchange.request.operation} ${exchange.status} ${exchange.side}`);
    expect(seen).toEqual({ 'SET OK server': 2000 });
  });

  it('sees at both ends answers that come with the end of their connection', async () => {
    const watch = await Watch.start(method, [`port=${nginx.port}`]);
    const script = `
      const { get } = require('node:http');
      const ask = (left) => left > 0 && get({ port: ${nginx.port}, agent: false }, (response) => {
        response.resume().on('end', () => ask(left - 1));
      });
      ask(30);`;
    await output(process.execPath, ['-e', script]);
    const seen = await watch.stop(({ side, status, error }) => `${side} ${status} ${error}`);
    expect(seen).toEqual({ 'server 200 null': 30, 'client 200 null': 30 });
  });

  it('names clients that live for milliseconds', async () => {
    const watch = await Watch.start(method, [`port=${redis}`]);
    for (let i = 0; i < 30; i++) await output('redis-cli', ['-p', String(redis), 'incr', 'visits']);
    const seen = await watch.stop(({ side, process }) => `${side} ${process?.name}`);
    expect(seen).toEqual({ 'server redis-server': 30, 'client redis-cli': 30 });
  });

  /** @against postgres: PostgreSQL and pgbench */
  it('sees at both ends each statement that pgbench prepares and executes', async () => {
    const bench = ['-h', '127.0.0.1', '-p', `${postgres}`, '-U', 'postgres'];
    await output('pgbench', [...bench, '-i', '-q', 'postgres']);
    const watch = await Watch.start(method, [`port=${postgres}`]);
    await output('pgbench', [...bench, '-n', '-S', '-M', 'prepared', '-c', '4', '-t', '250', 'postgres']);
    const seen = await watch.stop((exchange) => `${exchange.side} ${exchange.name} ${exchange.error}`);
    // Each client prepares the statement once; three look at the tables before.
    for (const side of ['client', 'server']) expect(seen[`${side} SELECT pgbench_accounts null`]).toBe(4 + 1000);
    expect(seen['server startup null']).toBe(5);
  });

  /** @against mysql: MariaDB and its client */
  it('sees at MariaDB each statement that comes by its unix socket', async () => {
    const watch = await Watch.start(method, ['comm=mariadbd']);
    const statements = [...Array.from({ length: 40 }, (_, i) => `SELECT ${i};`), 'SELECT * FROM nowhere.nothing;'];
    const client = output('mariadb', ['--no-defaults', `--socket=${mariadb}`, '-u', 'root', '-e', statements.join('')]);
    await expect(client).rejects.toThrow('1146');
    const seen = await watch.stop((exchange) => `${exchange.name} ${exchange.error} ${exchange.transport}`);
    expect(seen).toMatchObject({ 'SELECT null unix': 40, 'SELECT nowhere.nothing 1146 unix': 1, 'login null unix': 1 });
  });

  /** @against dns: dnsmasq */
  it('sees at dnsmasq each question of clients that do not connect, with its answer', async () => {
    const watch = await Watch.start(method, ['comm=dnsmasq']);
    const clients = Array.from({ length: 4 }, () => createSocket('udp4'));
    let answered = 0;
    for (const client of clients) client.on('message', () => answered++);
    for (let i = 0; i < 100; i++) {
      // The same id from all clients at once: only their addresses tell them apart.
      for (const client of clients) client.send(question(i, i % 2 === 0 ? 'known' : 'other'), dns, '127.0.0.1');
      await until('the answers', () => answered === 4 * (i + 1));
    }
    for (const client of clients) client.close();
    const seen = await watch.stop((exchange) => `${exchange.name} ${exchange.status} ${exchange.client?.address}`);
    expect(seen).toEqual({ 'DNS A 0 127.0.0.1': 200, 'DNS A 5 127.0.0.1': 200 });
    expect(new Set(watch.exchanges.map(({ client }) => client?.port)).size).toBe(4);
  });
});

/** A DNS question for the address of `name.test`. */
function question(id: number, name: string): Buffer {
  const header = Buffer.from([id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  const label = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
  return Buffer.concat([header, label(name), label('test'), Buffer.from([0, 0, 1, 0, 1])]);
}
