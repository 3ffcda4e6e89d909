import type { PayloadReader } from './payload-reader.js';

/** Where the places of names are listed, and the length of the list. */
const PLACES = 36;
/** Bytes before the names. */
export const LOGIN_BYTES = 94;
/** Numbers of what a PreLogin tells. */
const ENCRYPTION = 1;
const END_OF_OPTIONS = 0xff;
const MOST_OPTIONS = 16;

/** What a login tells; of the password nothing is read. */
export interface Login {
  version: string;
  /** TDS 7.2 and later. */
  modern: boolean;
  user: string | null;
  application: string | null;
  database: string | null;
}

/** Versions that a login may ask for: by their first bytes, in the order of the number. */
const VERSIONS = new Map([
  [0x70, '7.0'],
  [0x71, '7.1'],
  [0x72, '7.2'],
  [0x73, '7.3'],
  [0x74, '7.4'],
  [0x08, '8.0'],
]);

/** Reads a Login7 (MS-TDS 2.2.6.4); null if it is none. */
export function readLogin(reader: PayloadReader): Login | null {
  const start = reader.at;
  const length = reader.uint32();
  const version = VERSIONS.get(reader.uint32() >>> 24);
  if (reader.overrun || version === undefined || length < LOGIN_BYTES - 8 || length > 0x2_0000) return null;
  const name = (index: number) => text(reader, start, length, PLACES + 4 * index);
  const [user, application, database] = [name(1), name(3), name(8)];
  return { version, modern: version !== '7.0' && version !== '7.1', user, application, database };
}

/** A name whose place and length stand at `place`; null if it is empty or isn't there. */
function text(reader: PayloadReader, start: number, length: number, place: number): string | null {
  reader.at = start + place;
  const offset = reader.uint16();
  const characters = reader.uint16();
  if (reader.overrun || characters === 0 || offset + 2 * characters > length) return null;
  reader.at = start + offset;
  const found = reader.text(characters);
  return reader.overrun ? null : found;
}

/** What a PreLogin says of encryption: 0 off (only the login is encrypted), 1 on, 2 not to be had, 3 asked for; null if it is no PreLogin. */
export function readEncryption(reader: PayloadReader): number | null {
  const { at: start, end } = reader;
  for (let index = 0; index < MOST_OPTIONS; index++) {
    const option = reader.byte();
    if (reader.overrun || (index === 0 && option !== 0)) return null;
    if (option === END_OF_OPTIONS) return 0;
    // These two are the only numbers of the protocol whose high byte comes first.
    const offset = (reader.byte() << 8) | reader.byte();
    const length = (reader.byte() << 8) | reader.byte();
    if (reader.overrun || offset + length > end - start) return null;
    if (option === ENCRYPTION && length === 1) return reader.bytes[start + offset]!;
  }
  return null;
}
