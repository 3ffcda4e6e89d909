import type { Chunk, ConnectionHandle, ConnectionInfo, ConnectionSink } from '@sonde/core';

/** A chunk, kept. */
export interface KeptChunk {
  outgoing: boolean;
  position: number;
  length: number;
  text: string;
  at: number;
  tid: number;
  sequence: number;
}

/** A connection, with all that was said of it. */
export class RecordedConnection implements ConnectionHandle {
  ignored = false;
  readonly chunks: KeptChunk[] = [];
  /** `out`, `in` or `both`, in order. */
  readonly closes: string[] = [];
  info: ConnectionInfo;

  constructor(info: ConnectionInfo) {
    this.info = info;
  }

  /** Chunks of one direction. */
  way(outgoing: boolean): KeptChunk[] {
    return this.chunks.filter((chunk) => chunk.outgoing === outgoing);
  }
}

/** A sink that keeps everything. */
export class Recorder implements ConnectionSink {
  readonly connections: RecordedConnection[] = [];

  open(info: ConnectionInfo): RecordedConnection {
    const connection = new RecordedConnection({ ...info });
    this.connections.push(connection);
    return connection;
  }

  update(connection: ConnectionHandle, info: Partial<ConnectionInfo>): void {
    Object.assign((connection as RecordedConnection).info, info);
  }

  data(connection: ConnectionHandle, chunk: Chunk): void {
    const { outgoing, position, length, bytes, start, end, at, tid, sequence } = chunk;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
    (connection as RecordedConnection).chunks.push({ outgoing, position, length, text, at, tid, sequence });
  }

  close(connection: ConnectionHandle, _at: number, outgoing?: boolean): void {
    (connection as RecordedConnection).closes.push(outgoing === undefined ? 'both' : outgoing ? 'out' : 'in');
  }

  /** The one connection for which `holds`. */
  only(holds: (connection: RecordedConnection) => boolean): RecordedConnection {
    const found = this.connections.filter(holds);
    if (found.length !== 1) throw new Error(`${found.length} connections, not one`);
    return found[0]!;
  }
}
