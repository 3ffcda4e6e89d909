import type { Chunk, ConnectionHandle, ConnectionSink } from '../contracts/connection.js';
import { emptyChunk } from './chunk.js';
import { endpointOf, type Flow, FlowTable, flowKey, type Place } from './flow-table.js';
import type { IpDatagram } from './ip-header.js';

/** After so much silence a datagram on the same ports begins a new flow: what conntrack allows a stream. */
const IDLE = 120e9;
/** The same datagram within this time was captured twice: on two interfaces, or before and after a bridge. */
const DUPLICATE = 5e6;

/** Length of a UDP header. */
export const UDP_HEADER_BYTES = 8;

/** What one end sent last, to recognise a datagram that was captured twice. */
interface Sender {
  position: number;
  at: number;
  identification: number;
  length: number;
  hash: number;
}

class UdpFlow implements Flow {
  closed = false;
  lastAt = 0;
  readonly senders: readonly [Sender, Sender] = [emptySender(), emptySender()];
  readonly handle: ConnectionHandle;

  constructor(handle: ConnectionHandle) {
    this.handle = handle;
  }
}

/** Finds the flow of each UDP datagram. A flow's local end is the one that was seen first; its role is not known. */
export class UdpTracker {
  /** Flows seen, datagrams delivered, datagrams that were captured twice. */
  readonly counters = { flows: 0, chunks: 0, duplicates: 0, uncapturedBytes: 0 };
  readonly #connections: ConnectionSink;
  readonly #table: FlowTable<UdpFlow>;
  readonly #chunk: Chunk = emptyChunk();

  constructor(connections: ConnectionSink, maxFlows: number) {
    this.#connections = connections;
    this.#table = new FlowTable(maxFlows, IDLE, (flow) => this.#close(flow));
  }

  /** Takes a datagram that holds UDP. Returns false if it is malformed. */
  receive(datagram: IpDatagram, at: number): boolean {
    const { view, start, end } = datagram;
    if (end - start < UDP_HEADER_BYTES) return false;
    const claimed = view.getUint16(start + 4);
    // 0 stands for more than 65535 bytes (RFC 2675).
    const length = (claimed === 0 ? datagram.length : Math.min(claimed, datagram.length)) - UDP_HEADER_BYTES;
    if (length < 0) return false;
    if (length === 0) return true;
    const { flow, from } = this.#place(datagram, view.getUint16(start), view.getUint16(start + 2), at);
    const sender = flow.senders[from];
    const chunk = this.#chunk;
    chunk.bytes = datagram.bytes;
    chunk.view = view;
    chunk.start = start + UDP_HEADER_BYTES;
    chunk.end = Math.min(end, chunk.start + length);
    flow.lastAt = at;
    if (isDuplicate(sender, datagram, chunk, length, at)) {
      this.counters.duplicates++;
      return true;
    }
    chunk.outgoing = from === 0;
    chunk.position = sender.position;
    chunk.length = length;
    chunk.at = at;
    sender.position += length;
    this.counters.chunks++;
    this.counters.uncapturedBytes += length - (chunk.end - chunk.start);
    if (!flow.handle.ignored) this.#connections.data(flow.handle, chunk);
    return true;
  }

  #place(datagram: IpDatagram, sourcePort: number, destinationPort: number, at: number): Place<UdpFlow> {
    const key = flowKey(datagram, sourcePort, destinationPort, false);
    const place = this.#table.get(key);
    if (place && at - place.flow.lastAt <= IDLE) return place;
    if (place) this.#close(place.flow);
    this.counters.flows++;
    const handle = this.#connections.open({
      transport: 'udp',
      role: null,
      observed: false,
      local: endpointOf(datagram, 0, sourcePort),
      remote: endpointOf(datagram, 1, destinationPort),
      pid: 0,
      fromStart: true,
      protocol: null,
    });
    const reverse = flowKey(datagram, sourcePort, destinationPort, true);
    return this.#table.add(new UdpFlow(handle), key, reverse, 0, at);
  }

  #close(flow: UdpFlow): void {
    if (flow.closed) return;
    flow.closed = true;
    this.#connections.close(flow.handle, flow.lastAt);
  }
}

function emptySender(): Sender {
  return { position: 0, at: Number.NEGATIVE_INFINITY, identification: 0, length: 0, hash: 0 };
}

function isDuplicate(sender: Sender, datagram: IpDatagram, chunk: Chunk, length: number, at: number): boolean {
  const hash = fnv1a(chunk.bytes, chunk.start, chunk.end);
  const { identification } = datagram;
  const same = sender.hash === hash && sender.length === length && sender.identification === identification;
  if (same && at - sender.at <= DUPLICATE) return true;
  sender.at = at;
  sender.identification = identification;
  sender.length = length;
  sender.hash = hash;
  return false;
}

/** FNV-1a, 32 bits. */
function fnv1a(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash >>> 0;
}
