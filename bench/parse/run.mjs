#!/usr/bin/env node
/**
 * Exchanges parsed per second on one core, from memory: recognition, parser, pairing, description and RED metrics, over
 * 64 connections. Prints one JSON object. `node bench/parse/run.mjs [PROTOCOL…]`
 */
import { createRedactor, ExchangeMetrics, MetricRegistry, Pipeline } from '@sonde/core';
import { builtinProtocols } from '@sonde/probe-l7';
import { samples } from './samples.mjs';

const ROUNDS = 5;
const MILLISECONDS = Number(process.env.BENCH_MS ?? 400);
const wanted = process.argv.slice(2);

function measure(sample) {
  let exchanges = 0;
  const clock = { now: () => 0, toUnixNano: (at) => BigInt(Math.round(at)) };
  const registry = new MetricRegistry({ clock });
  const metrics = new ExchangeMetrics(registry);
  const pipeline = new Pipeline({
    protocols: builtinProtocols,
    clock,
    redactor: createRedactor(true),
    onExchange(exchange) {
      exchanges++;
      metrics.record(exchange);
    },
  });
  const connections = Array.from({ length: 64 }, (_, index) => ({
    handle: pipeline.open({
      transport: sample.transport,
      role: 'server',
      observed: true,
      local: { address: '127.0.0.1', port: sample.port },
      remote: { address: '127.0.0.1', port: 40_000 + index },
      pid: 0,
      fromStart: true,
      protocol: sample.detected ?? sample.protocol,
    }),
    sent: 0,
    received: 0,
    exchanges: 0,
  }));
  const chunk = (bytes, outgoing) => ({
    outgoing,
    position: 0,
    length: bytes.length,
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    start: 0,
    end: bytes.length,
    at: 1e9,
    pid: 0,
    tid: 1,
    unit: 0,
    sequence: 1,
  });
  const request = chunk(Uint8Array.from(sample.request), false);
  const response = chunk(Uint8Array.from(sample.response), true);
  const say = (connection, bytes, outgoing) => {
    const first = chunk(Uint8Array.from(bytes), outgoing);
    pipeline.data(connection.handle, first);
    if (outgoing) connection.sent += first.length;
    else connection.received += first.length;
  };
  for (const connection of sample.opening === undefined ? [] : connections) {
    say(connection, sample.opening.request, false);
    say(connection, sample.opening.response, true);
  }
  const turn = (count) => {
    for (let i = 0; i < count; i++) {
      const connection = connections[i & 63];
      if (sample.renumber !== undefined) {
        sample.renumber(request.bytes, connection.exchanges);
        sample.renumber(response.bytes, connection.exchanges++);
      }
      request.position = connection.received;
      request.at += 1000;
      connection.received += request.length;
      pipeline.data(connection.handle, request);
      response.position = connection.sent;
      response.at = request.at + 500;
      connection.sent += response.length;
      pipeline.data(connection.handle, response);
    }
  };
  turn(20_000);
  const rates = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = exchanges;
    const begin = process.hrtime.bigint();
    const end = begin + BigInt(MILLISECONDS) * 1_000_000n;
    let now = begin;
    while (now < end) {
      turn(2000);
      now = process.hrtime.bigint();
    }
    rates.push(((exchanges - before) * 1e9) / Number(now - begin));
  }
  rates.sort((a, b) => a - b);
  const stats = pipeline.stats();
  return {
    perSecond: Math.round(rates[ROUNDS >> 1]),
    nsPerExchange: Math.round(1e9 / rates[ROUNDS >> 1]),
    parseErrors: Object.values(stats.parseErrors).reduce((sum, count) => sum + count, 0),
  };
}

const results = {};
for (const sample of samples) {
  if (wanted.length === 0 || wanted.includes(sample.protocol)) results[sample.protocol] = measure(sample);
}
console.log(JSON.stringify(results, null, 2));
