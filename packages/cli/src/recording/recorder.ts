import type { Chunk, ConnectionHandle, ConnectionInfo, ConnectionSink, ProbeEvent } from '@sonde/core';
import { EntryWriter } from './entry-writer.js';
import { DataFlag, EntryType } from './format.js';
import type { RecordingFile } from './recording-file.js';

/** A block is written when it has grown so large, unpacked. */
const BLOCK_BYTES = 64 * 1024;
/** After so many processes, what was recorded of them is forgotten, and may be recorded again. */
const MAX_PROCESSES = 65_536;

/** What is recorded of a process, when it is first seen. */
export interface RecordedProcess {
  name: string | null;
  container: string | null;
}

/** Options of a {@link Recorder}. */
export interface RecorderOptions {
  file: RecordingFile;
  /** Where everything goes on to. */
  inner: ConnectionSink;
  processOf(pid: number): RecordedProcess | null;
  /** Called once, when the file can't be written any more; what comes later is not recorded, but still handed on. */
  onFault(error: Error): void;
}

interface RecordedHandle extends ConnectionHandle {
  readonly id: number;
  readonly inner: ConnectionHandle;
}

/**
 * Stands between sources and the pipeline, hands everything on and writes it down. No queue: a block is in the kernel's
 * hands before the next one begins, so that memory stays bounded whatever the disk does.
 */
export class Recorder implements ConnectionSink {
  readonly #options: RecorderOptions;
  readonly #entries = new EntryWriter();
  /** What was last recorded of each process. */
  readonly #processes = new Map<number, string>();
  /** Time of the entry before, within a block. */
  #at = 0;
  #fault: Error | null = null;
  /** Entries written, and data entries among them. */
  entries = 0;
  chunks = 0;
  /** Connections that were announced. */
  connections = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Why nothing is recorded any more, or null. */
  get fault(): Error | null {
    return this.#fault;
  }

  open(info: ConnectionInfo): ConnectionHandle {
    const inner = this.#options.inner.open(info);
    const id = ++this.connections;
    const handle: RecordedHandle = {
      id,
      inner,
      get ignored() {
        return inner.ignored;
      },
    };
    this.#process(info.pid, true);
    this.#entries.u8(EntryType.open);
    this.#entries.varint(id);
    this.#entries.json(info);
    this.#finish();
    return handle;
  }

  update(connection: ConnectionHandle, info: Partial<ConnectionInfo>): void {
    const { id, inner } = connection as RecordedHandle;
    if (info.pid !== undefined) this.#process(info.pid);
    this.#entries.u8(EntryType.update);
    this.#entries.varint(id);
    this.#entries.json(info);
    this.#finish();
    this.#options.inner.update(inner, info);
  }

  data(connection: ConnectionHandle, chunk: Chunk): void {
    const { id, inner } = connection as RecordedHandle;
    this.#process(chunk.pid);
    const entries = this.#entries;
    entries.u8(EntryType.data);
    entries.varint(id);
    entries.u8(
      (chunk.outgoing ? DataFlag.outgoing : 0) |
        (chunk.sequence >= 0 ? DataFlag.sequence : 0) |
        (chunk.unit !== 0 ? DataFlag.unit : 0),
    );
    this.#time(chunk.at);
    entries.varint(chunk.position);
    entries.varint(chunk.length);
    entries.varint(chunk.pid);
    entries.varint(chunk.tid);
    if (chunk.sequence >= 0) entries.u32(chunk.sequence);
    if (chunk.unit !== 0) entries.varint(chunk.unit);
    entries.blob(chunk.bytes, chunk.start, chunk.end);
    this.chunks++;
    this.#finish();
    this.#options.inner.data(inner, chunk);
  }

  close(connection: ConnectionHandle, at: number, outgoing?: boolean): void {
    const { id, inner } = connection as RecordedHandle;
    this.#entries.u8(EntryType.close);
    this.#entries.varint(id);
    this.#time(at);
    this.#entries.u8(outgoing === undefined ? 0 : outgoing ? 1 : 2);
    this.#finish();
    this.#options.inner.close(inner, at, outgoing);
  }

  /** Records that time has passed: timeouts come true in a replay as they did here. */
  tick(now: number): void {
    this.#entries.u8(EntryType.tick);
    this.#time(now);
    this.#finish();
  }

  /** Records an event of a probe's own. */
  event(event: ProbeEvent): void {
    this.#entries.u8(EntryType.event);
    this.#entries.json(event);
    this.#finish();
  }

  /** Writes what waits. Called about once a second, so that a crash loses no more than that. */
  flush(): void {
    if (this.#entries.length === 0) return;
    try {
      if (this.#fault === null) this.#options.file.block(this.#entries.written);
    } catch (error) {
      this.#fault = error as Error;
      this.#options.onFault(this.#fault);
    }
    this.#entries.clear();
    this.#at = 0;
  }

  /** @param again looks once more: the process may have called `exec` since. */
  #process(pid: number, again = false): void {
    if (pid === 0 || (!again && this.#processes.has(pid))) return;
    const known = this.#options.processOf(pid);
    const text = JSON.stringify({ name: known?.name ?? null, container: known?.container ?? null });
    if (this.#processes.get(pid) === text) return;
    if (this.#processes.size >= MAX_PROCESSES) this.#processes.clear();
    this.#processes.set(pid, text);
    if (known === null) return;
    this.#entries.u8(EntryType.process);
    this.#entries.varint(pid);
    this.#entries.blob(Buffer.from(text));
    this.#finish();
  }

  #time(at: number): void {
    const whole = Math.round(at);
    this.#entries.signed(whole - this.#at);
    this.#at = whole;
  }

  #finish(): void {
    this.entries++;
    if (this.#fault !== null) this.#entries.clear();
    else if (this.#entries.length >= BLOCK_BYTES) this.flush();
  }
}
