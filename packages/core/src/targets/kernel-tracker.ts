import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { type BpfMap, type BpfObject, type NativeBackend, ObjectSpec, objectPath, RingReader } from '@sonde/ebpf';
import type { Logger, ProgramStats } from '../contracts/index.js';
import { compileKernelRules } from './kernel-rules.js';
import { process_event as ProcessEvent, process_rules as ProcessRules, process_event_kind } from './process.gen.js';
import type { ProcessListener, ProcessEvent as ProcessNews, ProcessTracker } from './process-tracker.js';
import type { Selection } from './selection.js';

/** The ring is small: it is looked at often while much happens. Milliseconds. */
const PACE = { minMs: 2, maxMs: 50 };
/** How often it is checked whether the ring was full, in milliseconds. */
const LOST_MS = 1000;
const KINDS: Record<number, ProcessNews['kind']> = {
  [process_event_kind.PROCESS_FORK]: 'fork',
  [process_event_kind.PROCESS_EXEC]: 'exec',
  [process_event_kind.PROCESS_RENAME]: 'rename',
  [process_event_kind.PROCESS_EXIT]: 'exit',
};

/** What a {@link KernelTracker} works with. */
export interface KernelTrackerOptions {
  /** Asked for at the start. */
  backend(): NativeBackend;
  logger: Logger;
}

/** Follows processes by the programs of bpf/process. Needs CAP_BPF, CAP_PERFMON, BTF and a kernel ≥ 5.8. */
export class KernelTracker implements ProcessTracker {
  readonly method = 'kernel';
  readonly #options: KernelTrackerOptions;
  #object: BpfObject | null = null;
  #reader: RingReader | null = null;
  #timer: NodeJS.Timeout | null = null;
  #listener: ProcessListener | null = null;
  #lost = 0n;
  #full = false;
  /** A record is being told: whoever hears of it may ask for news, which are on their way. */
  #telling = false;

  constructor(options: KernelTrackerOptions) {
    this.#options = options;
  }

  get map(): unknown {
    return this.#object?.map('targets') ?? null;
  }

  /** @throws EbpfError, EbpfCapabilityError with nothing left in the kernel */
  start(targets: Selection, exclude: Selection, listener: ProcessListener): void {
    const spec = ObjectSpec.open(objectPath(bpfDirectory(), 'process'));
    const object = spec.load({ backend: this.#options.backend() });
    this.#object = object;
    this.#listener = listener;
    try {
      this.select(targets, exclude);
      this.#reader = new RingReader(object.map('process_events'), {
        onRecord: (_bytes, view, start) => this.#record(view, start),
        onError: (error) => this.#options.logger.error('a process event could not be handled', { error }),
      });
      for (const program of object.programs.values()) program.attach();
      this.#reader.start(PACE);
      this.#timer = setInterval(() => this.#checkLost(), LOST_MS);
      this.#timer.unref();
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  select(targets: Selection, exclude: Selection): void {
    const object = this.#object;
    if (object === null) return;
    const { rules, executable } = compileKernelRules(targets, exclude);
    const map = object.map('process_rules');
    // No rules while they are written: user space decides whatever happens meanwhile.
    map.update(key(0), ProcessRules.$encode({ count: 0, executable: 0 }));
    map.update(key(0), ProcessRules.$encode({ count: rules.length, executable: Number(executable), rule: rules }));
  }

  assign(pid: number, target: number, lineage: number): void {
    if (this.#object === null) return;
    this.#set(this.#object.map('targets'), pid, target);
    this.#set(this.#object.map('lineage'), pid, lineage);
  }

  drain(): void {
    if (this.#telling) return;
    this.#reader?.drain();
    this.#checkLost();
  }

  programs(): ProgramStats[] {
    return [...(this.#object?.programs.values() ?? [])].map((program) => ({ name: program.name, ...program.stats() }));
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#reader = null;
    this.#listener = null;
    this.#object?.close();
    this.#object = null;
  }

  #record(view: DataView, at: number): void {
    const kind = KINDS[ProcessEvent.kind(view, at)];
    if (kind === undefined) return;
    this.#telling = true;
    try {
      this.#listener?.event({
        kind,
        pid: ProcessEvent.pid(view, at),
        parent: ProcessEvent.parent(view, at),
        comm: ProcessEvent.comm(view, at),
        target: ProcessEvent.target(view, at),
        lineage: ProcessEvent.lineage(view, at),
      });
    } finally {
      this.#telling = false;
    }
  }

  #checkLost(): void {
    const value = this.#object?.map('process_lost').lookup(key(0));
    const lost = value ? new DataView(value.buffer, value.byteOffset).getBigUint64(0, true) : 0n;
    if (lost === this.#lost) return;
    this.#options.logger.debug(`${lost - this.#lost} process events found the ring full: looking at /proc again`);
    this.#lost = lost;
    this.#reader?.drain();
    this.#listener?.overrun();
  }

  #set(map: BpfMap, pid: number, value: number): void {
    try {
      if (value === 0) map.delete(key(pid));
      else map.update(key(pid), Uint8Array.of(value));
    } catch (error) {
      // 65536 processes: the kernel can hold no more, and filters the others as if they were not chosen.
      if (!this.#full) this.#options.logger.warn(`the kernel's table of processes is full`, { error });
      this.#full = true;
    }
  }
}

/** Little-endian, as all machines that run these programs are. */
function key(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** The package's own folder of objects, from the sources as from `dist`. */
function bpfDirectory(): string {
  return `${dirname(createRequire(import.meta.url).resolve('@sonde/core/package.json'))}/bpf/`;
}
