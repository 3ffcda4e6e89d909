import type { Chunk, ConnectionInfo } from '@sonde/core';
import { endpoint, unixEndpoint } from './addresses.js';
import {
  close_flags,
  data_record as Data,
  data_flags,
  record as Header,
  open_record as Open,
  peer as Peer,
  record_kind,
  role,
  transport,
  unix_open_record as UnixOpen,
} from './event.gen.js';

const EMPTY = new Uint8Array(0);
const ROLES: Partial<Record<number, ConnectionInfo['role']>> = {
  [role.ROLE_CLIENT]: 'client',
  [role.ROLE_SERVER]: 'server',
};
const TRANSPORTS: Partial<Record<number, ConnectionInfo['transport']>> = {
  [transport.TRANSPORT_TCP]: 'tcp',
  [transport.TRANSPORT_UDP]: 'udp',
  [transport.TRANSPORT_UNIX]: 'unix',
};

/** The chunk that an {@link EventReader} lends, over and over again the same object. */
export class LentChunk implements Chunk {
  outgoing = false;
  position = 0;
  length = 0;
  bytes: Uint8Array = EMPTY;
  view: DataView = new DataView(EMPTY.buffer);
  start = 0;
  end = 0;
  at = 0;
  pid = 0;
  tid = 0;
  unit = 0;
  sequence = -1;
  /** Another thread's send was not reported yet when these bytes arrived, which may answer it. */
  overtakes = false;
  /** Offset of the `struct peer` of a datagram in `view`, or -1. */
  peer = -1;
}

/** What becomes of records. */
export interface EventHandlers {
  open(cookie: number, info: ConnectionInfo): void;
  /** The chunk is leased: its bytes are the ring's, and the object is reused. */
  data(cookie: number, chunk: LentChunk): void;
  /**
   * @param outgoing - no more bytes will go out
   * @param incoming - no more bytes will come in
   * @param unread - the connection is gone, but what arrived before may still be read
   */
  close(cookie: number, at: number, outgoing: boolean, incoming: boolean, unread: boolean): void;
}

/** Reads the records of bpf/l7 (`bpf/include/sonde/event.h`). A record that can't be true is counted and left out. */
export class EventReader {
  /** Records read, by kind or not. */
  events = 0;
  /** Records whose lengths contradict each other. */
  malformed = 0;
  readonly #handlers: EventHandlers;
  readonly #protocols: readonly string[];
  readonly #chunk = new LentChunk();

  /** @param protocols - names by their number in the kernel, from 1 on */
  constructor(protocols: readonly string[], handlers: EventHandlers) {
    this.#protocols = protocols;
    this.#handlers = handlers;
  }

  /** One record: what `RingReader` calls. */
  record(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    this.events++;
    if (end - start < Header.$size) {
      this.malformed++;
      return;
    }
    switch (Header.kind(view, start)) {
      case record_kind.RECORD_DATA:
        this.#data(bytes, view, start, end);
        return;
      case record_kind.RECORD_OPEN:
        this.#open(view, start, end);
        return;
      case record_kind.RECORD_CLOSE:
        this.#close(view, start);
        return;
      default:
        this.malformed++;
    }
  }

  #data(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    if (end - start < Data.$size) {
      this.malformed++;
      return;
    }
    const flags = Header.flags(view, start);
    const length = Data.length(view, start);
    const captured = Data.captured(view, start);
    const hasPeer = (flags & data_flags.DATA_PEER) !== 0;
    const from = start + Data.$size + (hasPeer ? Peer.$size : 0);
    if (from + captured > end || captured > length) {
      this.malformed++;
      return;
    }
    const chunk = this.#chunk;
    chunk.outgoing = (flags & data_flags.DATA_OUTGOING) !== 0;
    chunk.position = Data.position(view, start);
    chunk.length = length;
    chunk.bytes = bytes;
    chunk.view = view;
    chunk.start = from;
    chunk.end = from + captured;
    chunk.at = Header.at(view, start);
    chunk.pid = Header.tgid(view, start);
    chunk.tid = Data.tid(view, start);
    chunk.unit = Data.unit(view, start);
    chunk.sequence = (flags & data_flags.DATA_SEQUENCE) !== 0 ? Data.sequence(view, start) : -1;
    chunk.overtakes = (flags & data_flags.DATA_OVERTAKES) !== 0;
    chunk.peer = hasPeer ? start + Data.$size : -1;
    this.#handlers.data(Header.cookie(view, start), chunk);
  }

  #open(view: DataView, start: number, end: number): void {
    const kind = TRANSPORTS[Header.transport(view, start)];
    const size = kind === 'unix' ? UnixOpen.$size : Open.$size;
    if (!kind || end - start < size) {
      this.malformed++;
      return;
    }
    const family = Open.family(view, start);
    const { local_address, remote_address } = Open.$offsets;
    const remotePort = Open.remote_port(view, start);
    this.#handlers.open(Header.cookie(view, start), {
      transport: kind,
      role: ROLES[Open.role(view, start)] ?? null,
      observed: true,
      local:
        kind === 'unix'
          ? unixEndpoint(UnixOpen.local_pathBytes(view, start), UnixOpen.local_length(view, start))
          : endpoint(view, start + local_address, family, Open.local_port(view, start)),
      remote:
        kind === 'unix'
          ? unixEndpoint(UnixOpen.remote_pathBytes(view, start), UnixOpen.remote_length(view, start))
          : remotePort === 0
            ? null
            : endpoint(view, start + remote_address, family, remotePort),
      pid: Header.tgid(view, start),
      fromStart: Open.from_start(view, start) !== 0,
      protocol: this.#protocols[Header.protocol(view, start) - 1] ?? null,
      netns: Open.netns(view, start),
      cgroup: Open.cgroup(view, start),
      positions: { incoming: Open.position(view, start, 0), outgoing: Open.position(view, start, 1) },
    });
  }

  #close(view: DataView, start: number): void {
    const flags = Header.flags(view, start);
    this.#handlers.close(
      Header.cookie(view, start),
      Header.at(view, start),
      (flags & close_flags.CLOSE_OUTGOING) !== 0,
      (flags & close_flags.CLOSE_INCOMING) !== 0,
      (flags & close_flags.CLOSE_UNREAD) !== 0,
    );
  }
}
