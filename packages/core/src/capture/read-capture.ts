import { createReadStream } from 'node:fs';
import { CaptureError } from './capture-error.js';
import { CaptureReader, type CaptureReaderOptions } from './capture-reader.js';
import type { CaptureStats } from './capture-stats.js';
import { unpack } from './unpack.js';

/** What came of reading a capture. */
export interface CaptureResult {
  stats: CaptureStats;
  /** Why not everything could be read; null if it could. What came before was delivered. */
  problem: CaptureError | null;
}

/** Options of {@link readCapture}. */
export interface ReadCaptureOptions extends CaptureReaderOptions {
  /**
   * Awaited after each piece of the file, so that a slow consumer is not run over.
   *
   * @param bytes read so far, after unpacking.
   */
  onPiece?(bytes: number): Promise<void>;
}

/**
 * Reads a capture file to its end, in pieces of a megabyte: files may be larger than memory. `-` is standard input. Files
 * that gzip has packed are unpacked.
 *
 * @throws Error when the file can't be opened or read.
 */
export async function readCapture(path: string, options: ReadCaptureOptions): Promise<CaptureResult> {
  const source = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 1 << 20 });
  return readCaptureFrom(source, options);
}

/** As {@link readCapture}, from pieces that come from anywhere. */
export async function readCaptureFrom(
  source: AsyncIterable<Uint8Array>,
  options: ReadCaptureOptions,
): Promise<CaptureResult> {
  const reader = new CaptureReader(options);
  const account = { trailingBytes: 0 };
  let problem: CaptureError | null = null;
  try {
    let bytes = 0;
    for await (const piece of unpack(source, account)) {
      reader.push(piece);
      bytes += piece.length;
      await options.onPiece?.(bytes);
    }
    reader.end();
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    problem = error;
  }
  reader.flush();
  return { stats: { ...reader.stats(), ...account }, problem };
}
