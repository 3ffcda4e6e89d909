import { EbpfError } from '../../errors.js';

/** A record of a ring buffer, with the name of its map. */
export interface RecordedRecord {
  readonly map: string;
  readonly record: Uint8Array;
}

const magic = new TextEncoder().encode('SONDEREC');
const version = 1;
const headerSize = magic.length + 4;
const nameFrame = 1;
const recordFrame = 2;
const mostMaps = 65_535;

/**
 * Writes a recording: what ring buffers held, in order, to be played by {@link playRecording} on another machine.
 *
 * The format is `SONDEREC`, a u32 version, then frames: `1` u16 id, u16 length, name of a map; `2` u16 id, u32 length,
 * record. All numbers are little-endian.
 */
export class RecordingEncoder {
  readonly #ids = new Map<string, number>();

  /** What a recording begins with. */
  header(): Uint8Array {
    const bytes = new Uint8Array(headerSize);
    bytes.set(magic);
    new DataView(bytes.buffer).setUint32(magic.length, version, true);
    return bytes;
  }

  /**
   * The next bytes of the recording: one record, and the map's name where it is a new one. The record is copied.
   *
   * @throws EbpfError `INVALID_ARGUMENT` beyond 65 535 maps or for a name of more than 65 535 bytes
   */
  record(map: string, record: Uint8Array): Uint8Array {
    const known = this.#ids.get(map);
    const name = known === undefined ? new TextEncoder().encode(map) : null;
    const id = known ?? this.#ids.size;
    if (id >= mostMaps || (name?.length ?? 0) > 65_535) {
      throw new EbpfError('INVALID_ARGUMENT', 'a recording holds 65535 maps with names of 65535 bytes at most');
    }
    this.#ids.set(map, id);
    const nameSize = name ? 5 + name.length : 0;
    const bytes = new Uint8Array(nameSize + 7 + record.length);
    const view = new DataView(bytes.buffer);
    if (name) {
      view.setUint8(0, nameFrame);
      view.setUint16(1, id, true);
      view.setUint16(3, name.length, true);
      bytes.set(name, 5);
    }
    view.setUint8(nameSize, recordFrame);
    view.setUint16(nameSize + 1, id, true);
    view.setUint32(nameSize + 3, record.length, true);
    bytes.set(record, nameSize + 7);
    return bytes;
  }
}

/**
 * The records of a recording, in order. They share its memory. One that was cut short (the recorder was killed) ends with
 * its last whole record.
 *
 * @throws EbpfError `INVALID_ARGUMENT` if it is no recording, of a newer version, or damaged
 */
export function* decodeRecording(bytes: Uint8Array): Generator<RecordedRecord> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < headerSize || !magic.every((byte, index) => bytes[index] === byte)) {
    throw new EbpfError('INVALID_ARGUMENT', 'not a recording of ring buffers');
  }
  const found = view.getUint32(magic.length, true);
  if (found !== version)
    throw new EbpfError('INVALID_ARGUMENT', `a recording of version ${found}; this reads ${version}`);
  const names = new Map<number, string>();
  let at = headerSize;
  while (at + 7 <= bytes.length) {
    const kind = view.getUint8(at);
    const id = view.getUint16(at + 1, true);
    const start = at + (kind === nameFrame ? 5 : 7);
    const length = kind === nameFrame ? view.getUint16(at + 3, true) : view.getUint32(at + 3, true);
    const map = names.get(id);
    if ((kind !== nameFrame && kind !== recordFrame) || (kind === recordFrame && map === undefined)) {
      throw new EbpfError('INVALID_ARGUMENT', `the recording is damaged at byte ${at}`);
    }
    if (start + length > bytes.length) return;
    const content = bytes.subarray(start, start + length);
    if (kind === nameFrame) names.set(id, new TextDecoder().decode(content));
    else yield { map: map as string, record: content };
    at = start + length;
  }
}
