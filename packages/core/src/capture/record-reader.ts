import type { Packet } from './packet.js';

/** Reads the records of one capture format, one at a time, from whatever part of the file is at hand. */
export interface RecordReader {
  /**
   * Takes the record that begins at `start`, and hands a packet on if it holds one.
   *
   * @returns bytes consumed; 0 when the record isn't whole in the window.
   * @throws CaptureError `CAPTURE_DAMAGED` when it can't be a record.
   */
  step(bytes: Buffer, view: DataView, start: number, end: number): number;
  /** Packets that the capturing program says it lost, where the format tells. */
  readonly dropped: number;
}

/** Where readers put packets; the object is leased. */
export type PacketListener = (packet: Packet) => void;

/**
 * Largest record that is believed. libpcap allows 256 KiB for a packet; offload and USB captures hold larger ones, but a
 * length of hundreds of megabytes is damage, and must not be waited for.
 */
export const MAX_RECORD_BYTES = 32 * 1024 * 1024;
