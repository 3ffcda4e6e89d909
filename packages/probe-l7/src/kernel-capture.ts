import { ConfigurationError, type ProgramStats, type Protocol, type TargetView } from '@sonde/core';
import {
  type BpfMap,
  type BpfObject,
  cgroup2Path,
  type NativeBackend,
  ObjectSpec,
  objectPath,
  possibleCpus,
} from '@sonde/ebpf';
import type { CaptureMethod } from './capture-method.js';
import { config as Config, type counter, verdict } from './event.gen.js';
import { MAX_CAPTURE } from './options.js';
import { compileRules } from './rules.js';

/** Ports that the kernel's configuration holds, of each kind (`MAX_PORTS` in `bpf/l7/config.h`). */
const MAX_PORTS = 32;
/** Rows of the map `targets`, where no other object keeps it. */
const KEY_BYTES = 4;

/** What a {@link KernelCapture} works with. */
export interface KernelCaptureOptions {
  method: CaptureMethod;
  backend: NativeBackend;
  protocols: readonly Protocol[];
  targets: TargetView;
  ringBytes: number;
  captureBytes: number;
  maxConnections: number;
  /** Nanoseconds of the monotonic clock. */
  now: number;
  /** Told when something optional doesn't work. */
  warn(message: string, error: unknown): void;
}

/** The L7 programs in the kernel: loaded, configured, and closed by {@link KernelCapture.close}. */
export class KernelCapture implements Disposable {
  readonly #object: BpfObject;
  readonly #options: KernelCaptureOptions;
  #generation = 1;
  #rules = 0;
  #changed = false;

  /**
   * Loads the programs. Nothing runs before {@link KernelCapture.attach}.
   *
   * @throws EbpfError, EbpfCapabilityError; ConfigurationError `RULES_TOO_MANY`, `PORTS_TOO_MANY`
   */
  constructor(options: KernelCaptureOptions) {
    this.#options = options;
    const rules = compileRules(options.protocols);
    const { targets, backend, ringBytes, maxConnections, method } = options;
    const spec = ObjectSpec.open(objectPath(new URL('../bpf/', import.meta.url), method));
    this.#object = spec.load({
      backend,
      maps: targets.map === null ? {} : { targets: targets.map as BpfMap },
      mapSizes: {
        events: ringBytes,
        scratches: possibleCpus(),
        // The socket layer's capture keeps a connection's state with its socket.
        ...(method === 'syscall' ? { connections: maxConnections } : {}),
      },
    });
    try {
      this.#rules = rules.length;
      rules.forEach((row, index) => void this.#object.map('rules').update(key(index), row));
      this.#writeCaptureSizes();
      this.#writeConfig();
    } catch (error) {
      this.#object.close();
      throw error;
    }
  }

  /** The ring of events. */
  get ring(): BpfMap {
    return this.#object.map('events');
  }

  /** Starts the programs. */
  attach(): void {
    for (const program of this.#object.programs.values()) {
      if (!program.section.startsWith('cgroup/')) program.attach();
    }
    this.#attachToCgroup();
  }

  /** Stops the programs; what they wrote can still be read. */
  detach(): void {
    for (const program of this.#object.programs.values()) program.close();
  }

  /** Nobody can read the connection: it is recognised anew. Takes effect with the next {@link KernelCapture.flush}. */
  reject(cookie: number): void {
    this.#judge(cookie, verdict.VERDICT_REJECTED);
  }

  /** The connection is to be announced again before its next data. Takes effect with the next flush. */
  forget(cookie: number): void {
    this.#judge(cookie, verdict.VERDICT_FORGOTTEN);
  }

  /** Targets have changed: connections look again at whose they are. Takes effect with the next flush. */
  retarget(): void {
    this.#changed = true;
  }

  /** Tells the kernel of what changed since the last time. */
  flush(): void {
    if (!this.#changed) return;
    this.#changed = false;
    this.#generation = (this.#generation + 1) >>> 0;
    this.#writeConfig();
  }

  /** Counters of the programs, by the names of `enum counter`, summed over all CPUs. */
  counter(which: counter): number {
    const map = this.#object.map('counters');
    const value = map.lookup(key(which));
    if (value === null) return 0;
    const view = new DataView(value.buffer, value.byteOffset, value.length);
    let sum = 0;
    for (let at = 0; at + 8 <= value.length; at += map.valueStride) sum += Number(view.getBigUint64(at, true));
    return sum;
  }

  programs(): ProgramStats[] {
    return [...this.#object.programs.values()].map((program) => ({ name: program.name, ...program.stats() }));
  }

  /** Detaches and unloads everything. Idempotent. */
  close(): void {
    this.#object.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #judge(cookie: number, value: number): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(cookie), true);
    this.#object.map('verdicts').update(bytes, Uint8Array.of(value));
    this.#changed = true;
  }

  /** Senders of datagrams are seen by cgroup programs; without them datagrams come from an unknown peer. */
  #attachToCgroup(): void {
    const programs = [...this.#object.programs.values()].filter(({ section }) => section.startsWith('cgroup/'));
    if (programs.length === 0) return;
    try {
      const path = cgroup2Path();
      if (path === null) throw new Error('cgroup2 is not mounted');
      for (const program of programs) program.attachCgroup(path);
    } catch (error) {
      this.#options.warn('the senders of datagrams will not be known', error);
    }
  }

  #writeCaptureSizes(): void {
    const { protocols, captureBytes } = this.#options;
    const sizes = this.#object.map('protocols');
    protocols.forEach((protocol, index) => {
      sizes.update(key(index + 1), key(Math.min(MAX_CAPTURE, protocol.captureBytes ?? captureBytes)));
    });
  }

  #writeConfig(): void {
    const { targets, now } = this.#options;
    this.#object.map('config').update(
      key(0),
      Config.$encode({
        generation: this.#generation,
        rules: this.#rules,
        all: Number(targets.all),
        self: process.pid,
        started_at: now,
        port_count: targets.ports.length,
        excluded_port_count: targets.excludedPorts.length,
        ports: list(targets.ports),
        excluded_ports: list(targets.excludedPorts),
      }),
    );
  }
}

function list(ports: readonly number[]): number[] {
  if (ports.length > MAX_PORTS) {
    throw new ConfigurationError(
      'PORTS_TOO_MANY',
      `${ports.length} ports are chosen or excluded; at most ${MAX_PORTS}`,
      {
        hint: 'choose the processes instead',
      },
    );
  }
  return [...ports, ...new Array(MAX_PORTS - ports.length).fill(0)];
}

function key(index: number): Uint8Array {
  const bytes = new Uint8Array(KEY_BYTES);
  new DataView(bytes.buffer).setUint32(0, index, true);
  return bytes;
}
