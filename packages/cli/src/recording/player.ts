import type { Chunk, Clock, ConnectionHandle, ConnectionInfo, ConnectionSink, ProbeEvent } from '@sonde/core';
import { EntryReader } from './entry-reader.js';
import { DataFlag, EntryType, type RecordingHeader } from './format.js';
import type { RecordedProcess } from './recorder.js';
import { RecordingError } from './recording-error.js';

/** Where a {@link Player} puts what was recorded. */
export interface PlayerTarget {
  connections: ConnectionSink;
  tick(now: number): void;
  event(event: ProbeEvent): void;
}

/** Tells the time of a recording. */
export class RecordingClock implements Clock {
  #zero = 0n;
  #now = 0;

  now(): number {
    return this.#now;
  }

  toUnixNano(at: number): bigint {
    return this.#zero + BigInt(Math.round(at));
  }

  /** Takes over the clock that a recording was made by. */
  begin(header: RecordingHeader): void {
    if (!/^-?\d{1,30}$/.test(header.unixNanoAtZero)) {
      throw new RecordingError('RECORDING_DAMAGED', 'the header of the recording tells no time');
    }
    this.#zero = BigInt(header.unixNanoAtZero);
  }

  advance(at: number): void {
    this.#now = at;
  }
}

/** Plays the entries of a recording back, as they came. */
export class Player {
  readonly #target: PlayerTarget;
  readonly #clock: RecordingClock;
  readonly #connections = new Map<number, ConnectionHandle>();
  readonly #processes = new Map<number, RecordedProcess>();
  readonly #chunk: Chunk;
  #at = 0;
  entries = 0;
  chunks = 0;

  constructor(target: PlayerTarget, clock: RecordingClock) {
    this.#target = target;
    this.#clock = clock;
    const bytes = new Uint8Array(0);
    const numbers = { position: 0, length: 0, start: 0, end: 0, at: 0, pid: 0, tid: 0, unit: 0, sequence: -1 };
    this.#chunk = { outgoing: true, bytes, view: new DataView(bytes.buffer), ...numbers };
  }

  /** What was recorded of a process. */
  processOf(pid: number): RecordedProcess | null {
    return this.#processes.get(pid) ?? null;
  }

  /** Plays one block. @throws RecordingError `RECORDING_DAMAGED` */
  block(bytes: Buffer): void {
    const reader = new EntryReader(bytes);
    this.#at = 0;
    while (!reader.done) {
      this.#entry(reader);
      this.entries++;
    }
  }

  #entry(reader: EntryReader): void {
    const type = reader.u8();
    switch (type) {
      case EntryType.open: {
        const id = reader.varint();
        this.#connections.set(id, this.#target.connections.open(reader.object<ConnectionInfo>()));
        return;
      }
      case EntryType.update: {
        const connection = this.#connection(reader.varint());
        this.#target.connections.update(connection, reader.object<Partial<ConnectionInfo>>());
        return;
      }
      case EntryType.data:
        this.#data(reader);
        return;
      case EntryType.close:
        this.#close(reader);
        return;
      case EntryType.process:
        this.#processes.set(reader.varint(), reader.object<RecordedProcess>());
        return;
      case EntryType.tick:
        this.#target.tick(this.#time(reader));
        return;
      case EntryType.event:
        this.#target.event(reader.object<ProbeEvent>());
        return;
      default:
        throw new RecordingError('RECORDING_DAMAGED', `an entry of the unknown type ${type}`);
    }
  }

  #data(reader: EntryReader): void {
    const chunk = this.#chunk;
    const connection = this.#connection(reader.varint());
    const flags = reader.u8();
    chunk.outgoing = (flags & DataFlag.outgoing) !== 0;
    chunk.at = this.#time(reader);
    chunk.position = reader.varint();
    chunk.length = reader.varint();
    chunk.pid = reader.varint();
    chunk.tid = reader.varint();
    chunk.sequence = (flags & DataFlag.sequence) !== 0 ? reader.u32() : -1;
    chunk.unit = (flags & DataFlag.unit) !== 0 ? reader.varint() : 0;
    chunk.bytes = reader.bytes;
    chunk.view = reader.view;
    chunk.start = reader.blob();
    chunk.end = reader.at;
    if (chunk.end - chunk.start > chunk.length) {
      throw new RecordingError('RECORDING_DAMAGED', 'a chunk holds more than its length');
    }
    this.chunks++;
    if (!connection.ignored) this.#target.connections.data(connection, chunk);
  }

  #close(reader: EntryReader): void {
    const id = reader.varint();
    const connection = this.#connection(id);
    const at = this.#time(reader);
    const which = reader.u8();
    if (which === 0) {
      this.#connections.delete(id);
      this.#target.connections.close(connection, at);
    } else this.#target.connections.close(connection, at, which === 1);
  }

  #connection(id: number): ConnectionHandle {
    const found = this.#connections.get(id);
    if (!found) throw new RecordingError('RECORDING_DAMAGED', `an entry of connection ${id}, which was never opened`);
    return found;
  }

  #time(reader: EntryReader): number {
    this.#at += reader.signed();
    this.#clock.advance(this.#at);
    return this.#at;
  }
}
