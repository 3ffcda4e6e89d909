import type { ProgramStats } from '@sonde/core';
import { type BpfMap, type BpfObject, type NativeBackend, ObjectSpec, objectPath } from '@sonde/ebpf';
import { type counter, flow as KernelFlow } from './flow.gen.js';
import type { Flow } from './flow.js';
import { flowKey } from './flow.js';
import { readCounters, readFacts } from './flow-reader.js';
import type { KernelState } from './flow-table.js';

/** `enum tcp_conntrack`: the first state of a connection that is closing, and those of one that has closed. */
const FIN_WAIT = 4;
const TIME_WAIT = 7;
const CLOSE = 8;

/** The flowtracer program in the kernel: loaded, and closed by {@link KernelFlows.close}. */
export class KernelFlows {
  readonly #object: BpfObject;
  readonly #flows: BpfMap;
  readonly #key = new Uint8Array(8);
  readonly #keyView = new DataView(this.#key.buffer);
  readonly #value = new Uint8Array(KernelFlow.$size);
  readonly #view = new DataView(this.#value.buffer);

  /** Loads the program, which runs from {@link KernelFlows.attach} on. @throws EbpfError, EbpfCapabilityError */
  constructor(backend: NativeBackend, sizes: { maxFlows: number; ringBytes: number }) {
    const spec = ObjectSpec.open(objectPath(new URL('../bpf/', import.meta.url), 'flowtracer'));
    this.#object = spec.load({ backend, mapSizes: { flows: sizes.maxFlows, events: sizes.ringBytes } });
    this.#flows = this.#object.map('flows');
  }

  /** The ring of flow records. */
  get ring(): BpfMap {
    return this.#object.map('events');
  }

  attach(): void {
    this.#object.program('net_dev_queue').attach();
  }

  /** Stops the program; what it wrote can still be read. */
  detach(): void {
    for (const program of this.#object.programs.values()) program.close();
  }

  /** Brings the counters of a flow up to date. */
  look(flow: Flow): KernelState {
    if (!this.#flows.lookupInto(this.#keyOf(flow.entry), this.#value)) return 'gone';
    // The entry's memory may be another flow's by now.
    if (flowKey(readFacts(this.#view, 0)) !== flow.key) return 'gone';
    readCounters(this.#view, 0, flow);
    const state = KernelFlow.state(this.#view, 0);
    if (state === TIME_WAIT || state === CLOSE) return 'closed';
    return state >= FIN_WAIT && state < TIME_WAIT ? 'closing' : 'open';
  }

  /** The flow is told anew with its next packet. */
  forget(entry: number): void {
    this.#flows.delete(this.#keyOf(entry));
  }

  /** A counter of the program, summed over all CPUs. */
  counter(which: counter): number {
    const map = this.#object.map('counters');
    const key = new Uint8Array(4);
    new DataView(key.buffer).setUint32(0, which, true);
    const value = map.lookup(key);
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

  #keyOf(entry: number): Uint8Array {
    this.#keyView.setBigUint64(0, BigInt(entry), true);
    return this.#key;
  }
}
