import { inflateRawSync } from 'node:zlib';
import { checksum } from './checksum.js';
import {
  BLOCK_HEADER_BYTES,
  BLOCK_MARKER,
  BlockFlag,
  FILE_HEADER_BYTES,
  MAGIC,
  MAX_BLOCK_BYTES,
  type RecordingEnd,
  type RecordingHeader,
  VERSION,
} from './format.js';
import { RecordingError } from './recording-error.js';

/** What a {@link RecordingReader} finds. */
export interface RecordingListener {
  header(header: RecordingHeader): void;
  /** Entries of one block. */
  block(entries: Buffer): void;
}

/** Takes a recording's bytes, in pieces of any size, and checks each part before it is believed. */
export class RecordingReader {
  readonly #listener: RecordingListener;
  #rest: Buffer = Buffer.alloc(0);
  #begun = false;
  /** Offset in the file of the first byte of `#rest`. */
  #offset = 0;
  /** What the last block says, once it was read. */
  ending: RecordingEnd | null = null;

  constructor(listener: RecordingListener) {
    this.#listener = listener;
  }

  /** @throws RecordingError; what came before was handed on. */
  push(piece: Uint8Array): void {
    let bytes = this.#rest.length === 0 ? Buffer.from(piece) : Buffer.concat([this.#rest, piece]);
    for (;;) {
      const consumed = this.#begun ? this.#block(bytes) : this.#header(bytes);
      if (consumed === 0) break;
      this.#offset += consumed;
      bytes = bytes.subarray(consumed);
    }
    this.#rest = bytes;
  }

  /** The file has ended. @throws RecordingError `RECORDING_TRUNCATED`, `RECORDING_FORMAT` */
  end(): void {
    if (this.ending !== null) return;
    if (!this.#begun && this.#rest.length < MAGIC.length) throw notARecording();
    throw new RecordingError(
      'RECORDING_TRUNCATED',
      `the recording was cut off, at byte ${this.#offset + this.#rest.length}`,
    );
  }

  #header(bytes: Buffer): number {
    const seen = Math.min(bytes.length, MAGIC.length);
    if (!bytes.subarray(0, seen).equals(MAGIC.subarray(0, seen))) throw notARecording();
    if (bytes.length < FILE_HEADER_BYTES) return 0;
    const version = bytes.readUInt16LE(8);
    if (version !== VERSION) {
      throw new RecordingError(
        'RECORDING_VERSION',
        `the recording has format ${version}; this Sonde reads ${VERSION}`,
        {
          hint: 'Replay it with the version of Sonde that recorded it, or a later one.',
        },
      );
    }
    const length = bytes.readUInt32LE(12);
    if (length > MAX_BLOCK_BYTES) throw this.#damaged('the header');
    const end = FILE_HEADER_BYTES + length;
    if (bytes.length < end) return 0;
    const json = bytes.subarray(FILE_HEADER_BYTES, end);
    if (checksum(bytes, json) !== bytes.readUInt32LE(16)) throw this.#damaged('the header');
    this.#begun = true;
    this.#listener.header(this.#json<RecordingHeader>(json));
    return end;
  }

  #block(bytes: Buffer): number {
    if (bytes.length === 0) return 0;
    if (this.ending !== null) throw this.#damaged('something after the end');
    if (bytes.length < BLOCK_HEADER_BYTES) return 0;
    const flags = bytes.readUInt32LE(4);
    const stored = bytes.readUInt32LE(8);
    const unpacked = bytes.readUInt32LE(12);
    if (bytes.readUInt32LE(0) !== BLOCK_MARKER || stored > MAX_BLOCK_BYTES || unpacked > MAX_BLOCK_BYTES) {
      throw this.#damaged('the head of a block');
    }
    const end = BLOCK_HEADER_BYTES + stored;
    if (bytes.length < end) return 0;
    const payload = bytes.subarray(BLOCK_HEADER_BYTES, end);
    if (checksum(bytes, payload) !== bytes.readUInt32LE(16)) throw this.#damaged('the checksum of a block');
    if ((flags & BlockFlag.end) !== 0) this.ending = this.#json<RecordingEnd>(payload);
    else this.#listener.block((flags & BlockFlag.packed) !== 0 ? this.#unpack(payload, unpacked) : payload);
    return end;
  }

  #unpack(payload: Buffer, length: number): Buffer {
    let unpacked: Buffer;
    try {
      unpacked = inflateRawSync(payload, { maxOutputLength: MAX_BLOCK_BYTES });
    } catch {
      throw this.#damaged('a packed block');
    }
    if (unpacked.length !== length) throw this.#damaged('the length of a packed block');
    return unpacked;
  }

  #json<T>(bytes: Buffer): T {
    try {
      return JSON.parse(bytes.toString('utf8')) as T;
    } catch {
      throw this.#damaged('JSON');
    }
  }

  #damaged(what: string): RecordingError {
    return new RecordingError(
      'RECORDING_DAMAGED',
      `the recording is damaged at byte ${this.#offset}: ${what} is wrong`,
    );
  }
}

function notARecording(): RecordingError {
  return new RecordingError('RECORDING_FORMAT', 'the file is no recording of Sonde', {
    hint: 'Recordings are written by `sonde record`. Captures (pcap, pcapng) are read by `sonde decode`.',
  });
}
