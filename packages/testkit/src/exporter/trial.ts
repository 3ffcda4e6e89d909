import { type Exporter, type ExporterInstance, type MetricSnapshot, parseOptions } from '@sonde/core';
import { snapshots } from './exchanges.js';

/** Core leaves an exporter alone that does not stop in this time, in milliseconds. */
export const STOP_MS = 10_000;

/** One exporter, made and started as core does it, with its account. */
export class Trial {
  /** Items given up, by reason. */
  readonly dropped = new Map<string, number>();
  /** How often the metrics were read. */
  read = 0;
  /** What was wrong with calls of the exporter. */
  readonly complaints: string[] = [];
  readonly instance: ExporterInstance;

  private constructor({ definition, options }: Exporter) {
    const next = snapshots();
    const silent = () => {};
    this.instance = definition.create(
      {
        clock: { now: () => Number(process.hrtime.bigint()), toUnixNano: (at) => BigInt(Math.round(at)) },
        logger: { debug: silent, info: silent, warn: silent, error: silent },
        snapshot: (): MetricSnapshot => {
          this.read++;
          return next();
        },
        dropped: (reason, count) => this.#drop(reason, count),
      },
      parseOptions(`exporter '${definition.name}'`, definition.options, options) as never,
    );
  }

  /** Makes and starts it; `work` is done with it, and in any case it is stopped afterwards. */
  static async run<T>(exporter: Exporter, work: (trial: Trial) => Promise<T>): Promise<T> {
    const trial = new Trial(exporter);
    try {
      await trial.instance.start();
      return await work(trial);
    } finally {
      await within(STOP_MS, trial.instance.stop());
    }
  }

  /** All that was given up. */
  get lost(): number {
    return [...this.dropped.values()].reduce((sum, count) => sum + count, 0);
  }

  #drop(reason: string, count: number): void {
    if (reason === '' || !Number.isSafeInteger(count) || count < 1)
      this.complaints.push(`dropped('${reason}', ${count})`);
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + count);
  }
}

/** Waits for a promise, at most so many milliseconds; false if it took longer. */
export async function within(milliseconds: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
