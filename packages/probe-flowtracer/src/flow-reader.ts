import { formatAddress } from '@sonde/core';
import { flow_flags, flow_kind, flow as KernelFlow, flow_record as Record } from './flow.gen.js';
import type { Flow, FlowFacts, Tuple } from './flow.js';
import { type ByteArray, RepeatedValues } from './repeated-values.js';

const AF_INET = 2;
const IPPROTO_UDP = 17;

const values = new RepeatedValues();
const [original, reply] = [KernelFlow.original, KernelFlow.reply].map((tuple) => ({
  tuple,
  source: { at: tuple.source, bytes: tuple.sourceBytes } satisfies ByteArray,
  destination: { at: tuple.destination, bytes: tuple.destinationBytes } satisfies ByteArray,
})) as [TupleArrays, TupleArrays];
const comm: ByteArray = { at: KernelFlow.comm, bytes: KernelFlow.commBytes };

interface TupleArrays {
  tuple: typeof KernelFlow.original;
  source: ByteArray;
  destination: ByteArray;
}

/** What becomes of records. */
export interface FlowHandlers {
  /** A flow is seen for the first time, or again after the kernel had to forget it. */
  begin(entry: number, facts: FlowFacts): void;
  /** `count` puts the kernel's last counters into the flow. */
  end(entry: number, at: number, count: (flow: Flow) => void): void;
  /** A connection whose translation can't be followed. */
  unsupported(facts: FlowFacts): void;
}

/** Reads the records of bpf/flowtracer. A record that can't be true is counted and left out. */
export class FlowReader {
  /** Records read, by kind or not. */
  events = 0;
  /** Records of a wrong length or kind. */
  malformed = 0;
  readonly #handlers: FlowHandlers;

  constructor(handlers: FlowHandlers) {
    this.#handlers = handlers;
  }

  /** One record: what `RingReader` calls. */
  record(view: DataView, start: number, end: number): void {
    this.events++;
    if (end - start < Record.$size) {
      this.malformed++;
      return;
    }
    const flow = start + Record.$offsets.flow;
    const entry = Record.entry(view, start);
    switch (Record.kind(view, start)) {
      case flow_kind.FLOW_BEGIN:
        this.#handlers.begin(entry, readFacts(view, flow));
        return;
      case flow_kind.FLOW_END:
        this.#handlers.end(entry, Record.at(view, start), (target) => readCounters(view, flow, target));
        return;
      case flow_kind.FLOW_UNSUPPORTED:
        this.#handlers.unsupported(readFacts(view, flow));
        return;
      default:
        this.malformed++;
    }
  }
}

/** Reads what names a `struct flow`. */
export function readFacts(view: DataView, at: number): FlowFacts {
  const pid = KernelFlow.tgid(view, at);
  const flags = KernelFlow.flags(view, at);
  return {
    transport: KernelFlow.original.protocol(view, at) === IPPROTO_UDP ? 'udp' : 'tcp',
    original: readTuple(view, at, original),
    reply: readTuple(view, at, reply),
    masqueraded: (flags & flow_flags.FLOW_MASQUERADED) !== 0,
    netns: KernelFlow.netns(view, at),
    clientNetns: KernelFlow.client_netns(view, at),
    zone: KernelFlow.zone(view, at),
    process: pid === 0 ? null : values.process(pid, comm, view, at),
    first: KernelFlow.first(view, at),
    fromStart: (flags & flow_flags.FLOW_FROM_START) !== 0,
  };
}

/** Puts the counters of a `struct flow` into a flow. */
export function readCounters(view: DataView, at: number, flow: Flow): void {
  flow.last = KernelFlow.last(view, at);
  flow.sent.packets = KernelFlow.packets(view, at, 0);
  flow.sent.bytes = KernelFlow.bytes(view, at, 0);
  flow.received.packets = KernelFlow.packets(view, at, 1);
  flow.received.bytes = KernelFlow.bytes(view, at, 1);
}

function readTuple(view: DataView, at: number, { tuple, source, destination }: TupleArrays): Tuple {
  const isIpv4 = tuple.family(view, at) === AF_INET;
  return {
    source: { address: readAddress(view, at, source, isIpv4), port: tuple.source_port(view, at) },
    destination: { address: readAddress(view, at, destination, isIpv4), port: tuple.destination_port(view, at) },
  };
}

function readAddress(view: DataView, at: number, array: ByteArray, isIpv4: boolean): string {
  return isIpv4 ? values.ipv4(array, view, at) : formatAddress(array.bytes(view, at), 0, 16);
}
