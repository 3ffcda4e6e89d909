/**
 * What the ring reader costs for each record, against libbpf's own consumer in C. Both read the same records in the same
 * memory: after one has read, the consumer's position is set back for the other. They take turns in going first.
 *
 * Prints one JSON object: medians in nanoseconds for each record, and their ratio.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ObjectSpec, RingReader } from '@sonde/ebpf';

const warmUpRounds = 20;
const rounds = Number(process.argv[2] ?? 60);
const runsPerRound = 200;

const here = fileURLToPath(new URL('.', import.meta.url));
const build = fileURLToPath(new URL('../../.build/bench-ring/', import.meta.url));

const object = ObjectSpec.open(compile()).load();
const map = object.map('records');
const consumer = startConsumer(map.native.fd);
/** A typed array, because a variable that holds such numbers is allocated anew at each assignment. */
const checksum = new Float64Array(1);
const reader = new RingReader(map, {
  onRecord(_bytes, view, start, end) {
    checksum[0] += view.getUint32(start, true) + view.getUint32(start + 4, true) * 0x1_0000_0000 + (end - start);
  },
});
const positions = object.backend.mapRing(map.native);
const position = new BigUint64Array(positions.consumer, 0, 1);

const nodeTimes = [];
const cTimes = [];
for (let round = 0; round < warmUpRounds + rounds; round++) {
  for (let run = 0; run < runsPerRound; run++) object.program('produce').testRun({ context: new Uint8Array(8) });
  const start = Atomics.load(position, 0);
  const nodeFirst = round % 2 === 0;
  const first = nodeFirst ? readInNode() : await consumer.read();
  Atomics.store(position, 0, start);
  const second = nodeFirst ? await consumer.read() : readInNode();
  if (first.records !== second.records || first.checksum !== second.checksum) {
    throw new Error(`not the same records: ${JSON.stringify([first, second])}`);
  }
  if (round < warmUpRounds) continue;
  nodeTimes.push((nodeFirst ? first : second).perRecord);
  cTimes.push((nodeFirst ? second : first).perRecord);
}
consumer.end();
positions.close();
object.close();

const nodeNs = median(nodeTimes);
const cNs = median(cTimes);
console.log(
  JSON.stringify({
    nodeNs: round2(nodeNs),
    cNs: round2(cNs),
    ratio: round2(nodeNs / cNs),
    recordBytes: 64,
    recordsPerRound: runsPerRound * 1000,
    rounds,
    node: process.version,
  }),
);

function readInNode() {
  checksum[0] = 0;
  const start = process.hrtime.bigint();
  const records = reader.drain();
  const ns = Number(process.hrtime.bigint() - start);
  return { records, checksum: checksum[0], perRecord: ns / records };
}

/** The C consumer as a child that inherits the ring as descriptor 3. */
function startConsumer(fd) {
  execFileSync('gcc', ['-O2', '-Wall', `${here}consumer.c`, '-o', `${build}consumer`, '-lbpf']);
  const child = spawn(`${build}consumer`, { stdio: ['pipe', 'pipe', 'inherit', fd] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async read() {
      child.stdin.write('read\n');
      const [records, sum, ns] = (await lines.next()).value.split(' ').map(Number);
      return { records, checksum: sum, perRecord: ns / records };
    },
    end: () => child.stdin.end(),
  };
}

function compile() {
  mkdirSync(build, { recursive: true });
  const headers = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[process.arch];
  const options = ['-O2', '-g', '-target', 'bpf', `-I/usr/include/${headers}`];
  execFileSync(process.env.CLANG ?? 'clang-16', [...options, '-c', `${here}ring.bpf.c`, '-o', `${build}ring.bpf.o`]);
  return `${build}ring.bpf.o`;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function round2(value) {
  return Math.round(value * 100) / 100;
}
