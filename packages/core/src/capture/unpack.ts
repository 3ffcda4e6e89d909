import { pipeline, Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';

/**
 * The pieces of a stream, unpacked if gzip packed them. A gzip file that ends too early gives what it holds: its reader
 * will notice that something is missing.
 */
export async function* unpack(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  let first: Uint8Array = new Uint8Array(0);
  while (first.length < 2) {
    const { value, done } = await iterator.next();
    if (done) break;
    first = first.length === 0 ? value : Buffer.concat([first, value]);
  }
  const whole = startWith(first, iterator);
  if (first[0] !== 0x1f || first[1] !== 0x8b) {
    yield* whole;
    return;
  }
  const gunzip = createGunzip({ chunkSize: 1 << 18, finishFlush: constants.Z_SYNC_FLUSH });
  // Errors of either end arrive where `gunzip` is read.
  pipeline(Readable.from(whole), gunzip, () => {});
  yield* gunzip;
}

async function* startWith(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (;;) {
    const { value, done } = await rest.next();
    if (done) return;
    yield value;
  }
}
