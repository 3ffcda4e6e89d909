import type {
  ConnectionSink,
  Logger,
  ProbeDependencies,
  ProbeInstance,
  ProbeStats,
  Protocol,
  TargetView,
} from '@sonde/core';
import { defineProtocol } from '@sonde/core';
import { type BpfMap, createMap, defaultBackend, MapType } from '@sonde/ebpf';
import { l7 } from '../../src/index.js';
import type { L7Options } from '../../src/options.js';

/** What programs/traffic.c speaks, as far as the kernel needs to know. */
export const sonde: Protocol = defineProtocol({
  apiVersion: 1,
  name: 'sonde',
  description: 'the pattern of the traffic program',
  support: { versions: ['1'], limits: [] },
  detect: {
    rules: (['request', 'response'] as const).map((direction) => ({
      direction,
      transports: ['tcp', 'udp', 'unix'],
      match: [{ offset: 0, bytes: 'SONDE-' }],
    })),
  },
  match: 'fifo',
  metric: { name: 'test.duration' },
  captureBytes: 16_384,
  createStream: () => ({ read: ({ start, end }) => end - start }),
  describe: () => ({ name: 'test', status: null, error: null }),
});

/** What a test may change. */
export interface ProbeSettings {
  options: Partial<L7Options>;
  sink: ConnectionSink;
  protocols?: readonly Protocol[];
  all?: boolean;
  ports?: readonly number[];
  excludedPorts?: readonly number[];
}

/** The probe, on this machine's kernel, with a map of targets of its own. */
export class ProbeUnderTest {
  readonly faults: Error[] = [];
  readonly warnings: string[] = [];
  readonly #targets: BpfMap;
  readonly #probe: ProbeInstance;
  readonly #listeners = new Set<(pid: number, target: boolean) => void>();

  private constructor({
    options,
    sink,
    protocols = [sonde],
    all = false,
    ports = [],
    excludedPorts = [],
  }: ProbeSettings) {
    const backend = defaultBackend();
    this.#targets = createMap({ name: 'targets', type: MapType.hash, keySize: 4, valueSize: 1, maxEntries: 65_536 });
    const listeners = this.#listeners;
    const view: TargetView = {
      all,
      ports,
      excludedPorts,
      has: () => all,
      pids: () => [],
      map: this.#targets,
      onChange: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      addTree: () => {},
    };
    const log = (message: string) => void this.warnings.push(message);
    const logger: Logger = { debug: () => {}, info: () => {}, warn: log, error: log };
    const dependencies = {
      backend,
      connections: sink,
      protocols,
      targets: view,
      logger,
      metrics: { observe: () => () => {} },
      clock: { now: () => Number(process.hrtime.bigint()), toUnixNano: (at: number) => BigInt(at) },
      fault: (error: Error) => void this.faults.push(error),
    } as unknown as ProbeDependencies;
    const { definition } = l7();
    this.#probe = definition.create(dependencies, definition.options.parse(options) as never);
  }

  static async start(settings: ProbeSettings): Promise<ProbeUnderTest> {
    const probe = new ProbeUnderTest(settings);
    try {
      await probe.#probe.start();
    } catch (error) {
      probe.#targets.close();
      throw error;
    }
    return probe;
  }

  /** Makes a process a target (1), or excludes it (2). */
  observe(pid: number, state = 1): void {
    const key = Buffer.alloc(4);
    key.writeUInt32LE(pid);
    this.#targets.update(key, Uint8Array.of(state));
    for (const listener of this.#listeners) listener(pid, state === 1);
  }

  drain(): void {
    this.#probe.drain?.();
  }

  stats(): ProbeStats {
    return this.#probe.stats!();
  }

  async stop(): Promise<ProbeStats> {
    await this.#probe.stop();
    this.#targets.close();
    return this.stats();
  }
}

/** Sum of what was lost. */
export function totalLost({ lost }: ProbeStats): number {
  return Object.values(lost).reduce((sum, count) => sum + count, 0);
}
