import { flow as KernelFlow, flow_record as Record } from './flow.gen.js';
import type { FlowFacts } from './flow.js';

/** Facts of a flow: a client behind a ClusterIP, unless something else is said. */
export function facts(changes: Partial<FlowFacts> = {}): FlowFacts {
  const client = { address: '10.244.0.2', port: 40000 };
  return {
    transport: 'tcp',
    original: { source: client, destination: { address: '10.96.0.10', port: 80 } },
    reply: { source: { address: '10.244.1.2', port: 8080 }, destination: client },
    masqueraded: false,
    netns: 11,
    clientNetns: 0,
    zone: 0,
    process: null,
    first: 1000,
    fromStart: true,
    ...changes,
  };
}

/** What a {@link flowRecord} says. */
export interface RecordContent {
  kind: number;
  entry?: number;
  at?: number;
  family?: 2 | 10;
  protocol?: number;
  /** Bytes of the four addresses in order of original and reply, IPv4 as four. */
  addresses?: number[][];
  ports?: [number, number, number, number];
  flags?: number;
  state?: number;
  tgid?: number;
  comm?: string;
  packets?: [number, number];
  bytes?: [number, number];
}

/** Bytes of a `struct flow`, as the kernel keeps it. */
export function kernelFlow(content: Omit<RecordContent, 'kind'>): Uint8Array {
  const bytes = new Uint8Array(KernelFlow.$size);
  const view = new DataView(bytes.buffer);
  const { $offsets } = KernelFlow;
  const addresses = content.addresses ?? [
    [10, 244, 0, 2],
    [10, 96, 0, 10],
    [10, 244, 1, 2],
    [10, 244, 0, 2],
  ];
  const ports = content.ports ?? [40_000, 80, 8080, 40_000];
  for (const [index, tuple] of [$offsets.original, $offsets.reply].entries()) {
    bytes.set(addresses[2 * index]!, tuple);
    view.setUint16(tuple + 16, ports[2 * index]!);
    view.setUint16(tuple + 18, content.family ?? 2, true);
    bytes.set(addresses[2 * index + 1]!, tuple + 20);
    view.setUint16(tuple + 36, ports[2 * index + 1]!);
    view.setUint8(tuple + 38, content.protocol ?? 6);
  }
  view.setBigUint64($offsets.first, 1000n, true);
  view.setBigUint64($offsets.last, 5000n, true);
  for (const way of [0, 1]) {
    view.setBigUint64($offsets.packets + 8 * way, BigInt(content.packets?.[way] ?? 0), true);
    view.setBigUint64($offsets.bytes + 8 * way, BigInt(content.bytes?.[way] ?? 0), true);
  }
  view.setUint32($offsets.netns, 11, true);
  view.setUint32($offsets.tgid, content.tgid ?? 0, true);
  view.setUint8($offsets.flags, content.flags ?? 1);
  view.setUint8($offsets.state, content.state ?? 3);
  bytes.set(new TextEncoder().encode(content.comm ?? ''), $offsets.comm);
  return bytes;
}

/** A record as the kernel writes it. */
export function flowRecord(content: RecordContent): Uint8Array {
  const bytes = new Uint8Array(Record.$size);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(Record.$offsets.entry, BigInt(content.entry ?? 1), true);
  view.setBigUint64(Record.$offsets.at, BigInt(content.at ?? 1000), true);
  view.setUint32(Record.$offsets.kind, content.kind, true);
  bytes.set(kernelFlow(content), Record.$offsets.flow);
  return bytes;
}
