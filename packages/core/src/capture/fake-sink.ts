import type { Chunk, ConnectionHandle, ConnectionInfo, ConnectionSink } from '../contracts/index.js';

/** A chunk as tests look at it. */
export interface SeenChunk {
  outgoing: boolean;
  position: number;
  length: number;
  text: string;
  at: number;
  sequence: number;
}

/** A connection as tests look at it. */
export class SeenConnection implements ConnectionHandle {
  ignored = false;
  readonly chunks: SeenChunk[] = [];
  /** `out`, `in` or `both`, in the order of the closes. */
  readonly closed: string[] = [];

  constructor(readonly info: ConnectionInfo) {}

  /** What one end sent; a hole stands as `[n]`. */
  stream(outgoing: boolean): string {
    let text = '';
    let position = 0;
    for (const chunk of this.chunks.filter((candidate) => candidate.outgoing === outgoing)) {
      if (chunk.position > position) text += `[${chunk.position - position}]`;
      text += chunk.text;
      if (chunk.text.length < chunk.length) text += `[${chunk.length - chunk.text.length}]`;
      position = chunk.position + chunk.length;
    }
    return text;
  }

  /** All chunks in the order in which they came: `> request`, `< answer`. */
  dialogue(): string[] {
    return this.chunks.map(({ outgoing, text, length }) => `${outgoing ? '>' : '<'} ${text || `[${length}]`}`);
  }
}

/** Keeps what it is told. */
export class FakeSink implements ConnectionSink {
  readonly connections: SeenConnection[] = [];

  open(info: ConnectionInfo): ConnectionHandle {
    const connection = new SeenConnection(structuredClone(info));
    this.connections.push(connection);
    return connection;
  }

  update(): void {}

  data(connection: ConnectionHandle, chunk: Chunk): void {
    const { outgoing, position, length, at, sequence, start, end } = chunk;
    if (end - start > length) throw new Error('more bytes than the chunk is long');
    const text = Buffer.from(chunk.bytes.buffer, chunk.bytes.byteOffset, chunk.bytes.byteLength).toString(
      'latin1',
      start,
      end,
    );
    (connection as SeenConnection).chunks.push({ outgoing, position, length, text, at, sequence });
  }

  close(connection: ConnectionHandle, _at: number, outgoing?: boolean): void {
    (connection as SeenConnection).closed.push(outgoing === undefined ? 'both' : outgoing ? 'out' : 'in');
  }
}
