import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { mebibytes, neededBytes } from '../memory.js';
import type { ExporterBench, ExporterCheck } from './delivery.js';
import { exchangeNumber } from './exchanges.js';
import { type Fault, FaultyReceiver } from './receiver.js';
import { STOP_MS, Trial, within } from './trial.js';

/** One call may take so long on average, in microseconds: it queues, and no more. The machine may be busy. */
const CALL_MICROSECONDS = 200;
/** Growth that is no sign of a queue without an end. */
const GROWTH_BYTES = 8 << 20;
const READERS = 8;

/** Nobody takes what is sent: calls return at once, memory stays as it is, and all that is given up is counted. */
export function outlasts(fault: Fault): ExporterCheck {
  return async (bench) => {
    if (bench.sendingTo === null) return null;
    const receiver = await FaultyReceiver.start(fault);
    try {
      return await press(bench, bench.sendingTo(receiver.endpoint));
    } finally {
      await receiver.close();
    }
  };
}

async function press({ exchanges }: ExporterBench, exporter: ReturnType<ExporterBench['create']>) {
  let account: Trial | null = null;
  const problem = await Trial.run(exporter, async (trial) => {
    const { instance } = trial;
    account = trial;
    if (instance.exchange === undefined) return null;
    const began = performance.now();
    for (let number = 0; number < exchanges; number++) instance.exchange(exchangeNumber(number));
    const took = ((performance.now() - began) * 1000) / exchanges;
    if (took > CALL_MICROSECONDS) return `a call takes ${took.toFixed(0)} µs`;
    await turn();
    const full = neededBytes();
    for (let number = 0; number < exchanges; number++) instance.exchange(exchangeNumber(exchanges + number));
    await turn();
    const growth = neededBytes() - full;
    if (growth > GROWTH_BYTES) return `${exchanges} exchanges more took ${mebibytes(growth)} more`;
    if (!(await within(STOP_MS, instance.stop()))) return `stop takes more than ${STOP_MS / 1000} s`;
    return null;
  });
  if (problem !== null) return problem;
  const { lost, complaints, instance } = account!;
  if (complaints.length > 0) return complaints[0]!;
  if (instance.exchange === undefined || lost >= 2 * exchanges) return null;
  return `${2 * exchanges} exchanges were given up, ${lost} were counted`;
}

/** Those who ask for metrics and then read nothing hold up neither others nor the end. */
export const slowReaders: ExporterCheck = async ({ create }) => {
  const readers: Socket[] = [];
  try {
    return await Trial.run(create(), async ({ instance }) => {
      const address = instance.address?.() ?? null;
      if (address === null || !/^http:/.test(address)) return null;
      const { hostname, port, pathname } = new URL(address);
      for (let index = 0; index < READERS; index++) {
        const reader = connect(Number(port), hostname.replace(/^\[|\]$/g, ''));
        readers.push(reader.pause().on('error', () => {}));
        await once(reader, 'connect');
        const head = `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\n`;
        reader.write(index % 2 === 0 ? `${head}\r\n` : head);
      }
      const answer = await fetch(address, { signal: AbortSignal.timeout(STOP_MS) });
      if ((await answer.text()) === '') return 'beside them nobody gets an answer';
      return (await within(STOP_MS, instance.stop())) ? null : `stop takes more than ${STOP_MS / 1000} s`;
    });
  } finally {
    for (const reader of readers) reader.destroy();
  }
};

/** Lets what was begun get under way. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
