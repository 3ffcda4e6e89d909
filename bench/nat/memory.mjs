/**
 * Translated connections that the agent takes in per second of CPU time, from memory: the records of begin and end, the
 * table, the flow-identity plane and the metrics. `node bench/nat/run.mjs memory`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const sources = `
  export { flowRecord } from './probe-flowtracer/src/records.fixture.ts';
  export { FlowReader } from './probe-flowtracer/src/flow-reader.ts';
  export { FlowTable } from './probe-flowtracer/src/flow-table.ts';
  export { FlowMetrics } from './probe-flowtracer/src/flow-metrics.ts';
  export { flow_record as Record } from './probe-flowtracer/src/flow.gen.ts';
  export { FlowPlane } from './core/src/runtime/flow-plane.ts';
  export { MetricRegistry } from './core/src/signals/metric-registry.ts';
`;

/** The parts that are measured are no public API: they are built from the sources. */
async function load() {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-bench-nat-'));
  try {
    const outfile = join(folder, 'flows.mjs');
    const packages = fileURLToPath(new URL('../../packages/', import.meta.url));
    await build({
      stdin: { contents: sources, resolveDir: packages, loader: 'ts' },
      ...{ outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'error' },
      external: ['zod', 'koffi', 'jiti'],
      alias: { '@sonde/core': join(packages, 'core/src/index.ts'), '@sonde/ebpf': join(packages, 'ebpf/src/index.ts') },
    });
    return await import(pathToFileURL(outfile));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { FlowMetrics, FlowPlane, FlowReader, FlowTable, flowRecord, MetricRegistry, Record } = await load();

const ROUNDS = 7;
const FLOWS = 20_000;
/** Nanoseconds between two connections. */
const APART = 500_000;
/** Connections that are open at a time. */
const OPEN = 64;

/** A connection's two records, made those of another connection by {@link Records.number}. */
class Records {
  constructor() {
    const content = {
      entry: 1,
      addresses: [
        [10, 244, 0, 2],
        [10, 96, 0, 10],
        [10, 244, 1, 2],
        [10, 244, 0, 1],
      ],
    };
    const numbers = { tgid: 4711, comm: 'client', packets: [6, 5], bytes: [500, 700] };
    this.begin = flowRecord({ kind: 1, ...content, ...numbers });
    this.end = flowRecord({ kind: 2, ...content, ...numbers });
    this.views = [this.begin, this.end].map(({ buffer }) => new DataView(buffer));
  }

  number(which, n) {
    const view = this.views[which];
    const flow = Record.$offsets.flow;
    view.setUint32(Record.$offsets.entry, n + 1, true);
    view.setBigUint64(Record.$offsets.at, BigInt((n + which * OPEN) * APART), true);
    view.setBigUint64(flow + 80, BigInt(n * APART), true);
    // The client's port, and in the last byte of its backend's address one of eight.
    view.setUint16(flow + 16, 1024 + (n % 50_000));
    view.setUint8(flow + 43, 2 + (n & 7));
    return view;
  }
}

/** @returns {{ perSecond: number, nsPerFlow: number }} */
export function memory() {
  const clock = { now: () => 0, toUnixNano: (at) => BigInt(Math.round(at)) };
  const measures = new FlowMetrics(new MetricRegistry({ clock }));
  const table = new FlowTable({
    plane: new FlowPlane(),
    maxFlows: 65_536,
    idle: { tcp: 3600e9, udp: 120e9 },
    look: () => 'open',
    forget() {},
    began: (flow) => measures.began(flow),
    ended: (flow) => measures.ended(flow),
    unsupported() {},
  });
  const reader = new FlowReader(table);
  const records = new Records();
  const size = Record.$size;
  let next = 0;
  const rates = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let i = 0; i < FLOWS; i++, next++) {
      reader.record(records.number(0, next), 0, size);
      if (next % 500 === 0) measures.flush();
      if (next >= OPEN) reader.record(records.number(1, next - OPEN), 0, size);
    }
    const { user, system } = process.cpuUsage(before);
    rates.push((FLOWS * 1e6) / (user + system));
  }
  rates.sort((a, b) => a - b);
  const perSecond = Math.round(rates[ROUNDS >> 1]);
  return { perSecond, nsPerFlow: Math.round(1e9 / perSecond), open: table.size };
}
