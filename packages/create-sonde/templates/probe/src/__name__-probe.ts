import { constants } from 'node:os';
import {
  formatUnixNano,
  type MetricSink,
  type ProbeDependencies,
  type ProbeInstance,
  type ProbeStats,
} from '@sonde/core';
import { type BpfMap, type BpfObject, ObjectSpec, RingReader } from '@sonde/ebpf';
import { signal_record } from './__name__.gen.js';

const OBJECT = new URL('../bpf/__name__.bpf.o', import.meta.url);
const NAMES = new Map(Object.entries(constants.signals).map(([name, number]) => [number as number, name]));

/** The running probe. */
export class __pascal__Probe implements ProbeInstance {
  readonly #dependencies: ProbeDependencies;
  readonly #only: readonly NodeJS.Signals[];
  readonly #sent: ReturnType<MetricSink['counter']>;
  #object: BpfObject | null = null;
  #reader: RingReader | null = null;
  #final: ProbeStats = { events: 0, lost: {}, programs: [] };

  constructor(dependencies: ProbeDependencies, only: readonly NodeJS.Signals[]) {
    this.#dependencies = dependencies;
    this.#only = only;
    const description = 'Signals to observed processes';
    this.#sent = dependencies.metrics.counter('__snake__.sent', { unit: '{signal}', description });
  }

  async start(): Promise<void> {
    const { backend, targets, fault } = this.#dependencies;
    const object = ObjectSpec.open(OBJECT).load({
      backend,
      maps: targets.map === null ? {} : { targets: targets.map as BpfMap },
      rodata: { observe_all: Number(targets.all), wanted: maskOf(this.#only) },
    });
    this.#object = object;
    try {
      this.#reader = new RingReader(object.map('events'), {
        onRecord: (_bytes, view, at) => this.#report(view, at),
        onError: (error) => fault(error as Error),
      });
      object.program('on_signal').attach();
      this.#reader.start();
    } catch (error) {
      this.#object = this.#reader = null;
      object.close();
      throw error;
    }
  }

  drain(): void {
    this.#reader?.drain();
  }

  async stop(): Promise<void> {
    const object = this.#object;
    if (object === null) return;
    this.#final = this.stats();
    object.program('on_signal').close();
    this.#reader?.drain();
    this.#final = { ...this.#account(object), programs: this.#final.programs };
    this.#object = this.#reader = null;
    object.close();
  }

  stats(): ProbeStats {
    const object = this.#object;
    if (object === null) return this.#final;
    const program = object.program('on_signal');
    return { ...this.#account(object), programs: [{ name: program.name, ...program.stats() }] };
  }

  #account(object: BpfObject): Omit<ProbeStats, 'programs'> {
    const lost = Buffer.from(object.readGlobal('lost')).readBigUInt64LE();
    return { events: this.#reader?.stats.records ?? 0, lost: { 'ring-full': Number(lost) } };
  }

  #report(view: DataView, at: number): void {
    const { clock, emit } = this.#dependencies;
    const number = signal_record.signal(view, at);
    const signal = NAMES.get(number) ?? String(number);
    this.#sent.add(1, { signal });
    emit({
      event: '__name__.sent',
      time: formatUnixNano(clock.toUnixNano(signal_record.at(view, at))),
      signal,
      from: { pid: signal_record.from(view, at), name: text(signal_record.from_commBytes(view, at)) },
      to: { pid: signal_record.to(view, at), name: text(signal_record.to_commBytes(view, at)) },
      delivered: signal_record.result(view, at) === 0,
    });
  }
}

function maskOf(names: readonly NodeJS.Signals[]): bigint {
  return names.reduce((mask, name) => mask | (1n << BigInt(constants.signals[name] - 1)), 0n);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
}
