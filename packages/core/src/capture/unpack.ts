import { constants, crc32, createInflateRaw } from 'node:zlib';
import { ByteSource } from './byte-source.js';
import { CaptureError } from './capture-error.js';
import { takeGzipHeader } from './gzip-header.js';

/** Bytes given to zlib at once. What it makes of a portion that turns out damaged is lost. */
const PORTION = 1 << 14;
const CHUNK = 1 << 16;
const TRAILER_BYTES = 8;

/** What was found beside the packed bytes. */
export interface UnpackAccount {
  /** Bytes behind the end of what gzip has packed that are neither zeros nor packed. */
  trailingBytes: number;
}

/**
 * The pieces of a stream, unpacked if gzip packed them (RFC 1952), any number of members. A gzip file that ends too early
 * gives what it holds: its reader will notice that something is missing. What stands behind the last member is counted.
 *
 * @throws CaptureError `CAPTURE_DAMAGED`, once everything before the damage was given
 */
export async function* unpack(
  pieces: AsyncIterable<Uint8Array>,
  account: UnpackAccount = { trailingBytes: 0 },
): AsyncGenerator<Uint8Array> {
  const source = new ByteSource(pieces);
  try {
    const magic = await source.peek(2);
    if (magic[0] !== 0x1f || magic[1] !== 0x8b) {
      yield* source.rest();
      return;
    }
    if (!(await takeGzipHeader(source))) throw damaged('its header makes no sense');
    do yield* member(source);
    while (await takeGzipHeader(source));
    for await (const piece of source.rest()) {
      // Tapes and block devices fill up with zeros.
      if (account.trailingBytes > 0 || piece.some((byte) => byte !== 0)) account.trailingBytes += piece.length;
    }
  } finally {
    await source.close();
  }
}

/** One member, without its header: what it holds, checked against its trailer. */
async function* member(source: ByteSource): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw({ chunkSize: CHUNK, finishFlush: constants.Z_SYNC_FLUSH });
  let made: Buffer[] = [];
  let failure: Error | null = null;
  inflate.on('data', (piece: Buffer) => made.push(piece));
  const over = new Promise<void>((resolve) => {
    inflate.on('end', resolve).on('error', (error) => {
      failure = error;
      resolve();
    });
  });
  let crc = 0;
  let length = 0;
  try {
    for (let given = 0; ; ) {
      const portion = await source.take(PORTION);
      if (portion === null) inflate.end();
      given += portion?.length ?? 0;
      const written = portion && new Promise<void>((resolve) => inflate.write(portion, () => resolve()));
      await (written === null ? over : Promise.race([written, over]));
      for (const piece of made) {
        crc = crc32(piece, crc);
        length += piece.length;
        yield piece;
      }
      made = [];
      if (failure !== null) throw damaged((failure as Error).message);
      if (portion === null) return;
      if (!inflate.readableEnded) continue;
      source.giveBack(portion.subarray(portion.length - (given - inflate.bytesWritten)));
      break;
    }
  } finally {
    inflate.destroy();
  }
  const trailer = await source.peek(TRAILER_BYTES);
  if (trailer.length < TRAILER_BYTES) return;
  if (trailer.readUInt32LE(0) !== crc || trailer.readUInt32LE(4) !== length % 2 ** 32)
    throw damaged('its checksum differs');
  await source.take(TRAILER_BYTES);
}

function damaged(why: string): CaptureError {
  return new CaptureError('CAPTURE_DAMAGED', `what gzip has packed is damaged: ${why}`, 0);
}
