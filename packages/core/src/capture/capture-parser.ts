import type { CaptureClock } from './capture-clock.js';
import { CaptureError } from './capture-error.js';
import { viewOf } from './packet.js';
import { PcapReader, pcapFlavour } from './pcap-reader.js';
import { PcapngReader, SECTION_HEADER } from './pcapng-reader.js';
import type { PacketListener, RecordReader } from './record-reader.js';

/**
 * Finds the packets in the bytes of a capture file, which may come in pieces of any size: never more than one record
 * and one piece is held. The format is told by the first four bytes.
 */
export class CaptureParser {
  readonly #clock: CaptureClock;
  readonly #listener: PacketListener;
  #reader: RecordReader | null = null;
  #rest: Buffer = Buffer.alloc(0);
  /** Offset in the file of the first byte of `#rest`. */
  #offset = 0;

  constructor(clock: CaptureClock, listener: PacketListener) {
    this.#clock = clock;
    this.#listener = listener;
  }

  /** Packets that the capturing program says it lost, where the format tells. */
  get dropped(): number {
    return this.#reader?.dropped ?? 0;
  }

  /**
   * Takes the next bytes of the file.
   *
   * @throws CaptureError `CAPTURE_FORMAT` or `CAPTURE_DAMAGED`; nothing more may be pushed then.
   */
  push(piece: Uint8Array): void {
    const bytes =
      this.#rest.length === 0
        ? Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
        : Buffer.concat([this.#rest, piece]);
    if (bytes.length < 4) {
      this.#rest = Buffer.from(bytes);
      return;
    }
    const view = viewOf(bytes);
    this.#reader ??= this.#choose(view);
    let start = 0;
    try {
      for (;;) {
        const consumed = this.#reader.step(bytes, view, start, bytes.length);
        if (consumed === 0) break;
        start += consumed;
      }
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      // Readers know offsets within the window only.
      const at = this.#offset + error.offset;
      throw new CaptureError(error.code, `${error.message}, at byte ${at} of the file`, at, error.hint);
    }
    this.#offset += start;
    // A copy: the piece belongs to the caller, who may use its memory again.
    this.#rest = Buffer.from(bytes.subarray(start));
  }

  /**
   * Tells that the file has ended.
   *
   * @throws CaptureError `CAPTURE_TRUNCATED` when it ends within a record, `CAPTURE_FORMAT` when it never was a capture.
   */
  end(): void {
    if (this.#reader === null) {
      const what = this.#rest.length === 0 ? 'the file is empty' : 'the file is too short to be a capture';
      throw new CaptureError('CAPTURE_FORMAT', what, 0);
    }
    if (this.#rest.length === 0) return;
    throw new CaptureError(
      'CAPTURE_TRUNCATED',
      `the file ends within a record, at byte ${this.#offset + this.#rest.length} (the record begins at ${this.#offset})`,
      this.#offset,
    );
  }

  #choose(view: DataView): RecordReader {
    if (view.getUint32(0, true) === SECTION_HEADER) return new PcapngReader(this.#clock, this.#listener);
    if (pcapFlavour(view, 0) !== null) return new PcapReader(this.#clock, this.#listener);
    throw new CaptureError(
      'CAPTURE_FORMAT',
      'the file is neither pcap nor pcapng',
      0,
      'Write captures with `tcpdump -w FILE` or dumpcap, or convert others with `editcap -F pcapng IN OUT`.',
    );
  }
}
