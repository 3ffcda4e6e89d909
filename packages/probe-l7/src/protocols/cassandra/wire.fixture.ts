import { crc24 } from './segment.js';

/** Envelopes and segments for tests, written from the specification and not from the reader. */
const OPCODES = {
  ERROR: 0,
  STARTUP: 1,
  READY: 2,
  AUTHENTICATE: 3,
  OPTIONS: 5,
  SUPPORTED: 6,
  QUERY: 7,
  RESULT: 8,
  PREPARE: 9,
  EXECUTE: 10,
  REGISTER: 11,
  EVENT: 12,
  BATCH: 13,
  AUTH_CHALLENGE: 14,
  AUTH_RESPONSE: 15,
  AUTH_SUCCESS: 16,
} as const;
type Opcode = keyof typeof OPCODES;

/** A 16-bit and a 32-bit number, big endian. */
export const u16 = (value: number): Buffer => Buffer.from([(value >> 8) & 255, value & 255]);
export const i32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
};
/** `[string]`, `[long string]`, `[bytes]`, `[short bytes]`. */
export const string = (text: string): Buffer => Buffer.concat([u16(Buffer.byteLength(text)), Buffer.from(text)]);
export const long = (text: string): Buffer => Buffer.concat([i32(Buffer.byteLength(text)), Buffer.from(text)]);
export const bytes = (content: Uint8Array): Buffer => Buffer.concat([i32(content.length), content]);
export const short = (content: Uint8Array): Buffer => Buffer.concat([u16(content.length), content]);
/** The id of a prepared statement. */
export const id = (byte: number): Buffer => Buffer.alloc(16, byte);

/** What an envelope's header may have beyond opcode and stream. */
export interface Head {
  version?: number;
  flags?: number;
  stream?: number;
}

function envelope(
  opcode: Opcode,
  fromServer: boolean,
  { version = 4, flags = 0, stream = 1 }: Head,
  body: Buffer,
): Buffer {
  return Buffer.concat([
    Buffer.from([version | (fromServer ? 0x80 : 0), flags]),
    u16(stream),
    Buffer.from([OPCODES[opcode]]),
    i32(body.length),
    body,
  ]);
}

/** An envelope of the client, and one of the server. */
export const ask = (opcode: Opcode, head: Head, ...body: Uint8Array[]): Buffer =>
  envelope(opcode, false, head, Buffer.concat(body));
export const answer = (opcode: Opcode, head: Head, ...body: Uint8Array[]): Buffer =>
  envelope(opcode, true, head, Buffer.concat(body));

/** Consistency ONE and no flags, as versions 3 and 4 write it, and 5. */
const parameters = ({ version = 4 }: Head) => Buffer.concat([u16(1), version >= 5 ? i32(0) : Buffer.from([0])]);

export const query = (statement: string, head: Head = {}): Buffer =>
  ask('QUERY', head, long(statement), parameters(head));
export const prepare = (statement: string, head: Head = {}): Buffer =>
  ask('PREPARE', head, long(statement), (head.version ?? 4) >= 5 ? i32(0) : Buffer.alloc(0));
export const execute = (statement: Buffer, head: Head = {}): Buffer =>
  ask('EXECUTE', head, short(statement), (head.version ?? 4) >= 5 ? short(id(9)) : Buffer.alloc(0), parameters(head));
export const startup = (head: Head = {}, compression?: string): Buffer => {
  const options: [string, string][] = [['CQL_VERSION', '3.0.0']];
  if (compression !== undefined) options.push(['COMPRESSION', compression]);
  return ask(
    'STARTUP',
    head,
    u16(options.length),
    ...options.flatMap(([name, value]) => [string(name), string(value)]),
  );
};

export const ready = (head: Head = {}): Buffer => answer('READY', head);
export const done = (head: Head = {}): Buffer => answer('RESULT', head, i32(1));
export const failed = (code: number, message: string, head: Head = {}): Buffer =>
  answer('ERROR', head, i32(code), string(message));

const TABLE = [string('shop'), string('orders')];
/** Two columns: `id int`, and a map of texts to frozen tuples. */
const COLUMNS = [string('id'), u16(9), string('m'), u16(0x21), u16(13), u16(0x31), u16(2), u16(9), u16(13)];

/** Rows of which nobody reads the values. */
export const rows = (count: number, head: Head = {}): Buffer => {
  const row = Buffer.concat([bytes(i32(7)), i32(-1)]);
  return answer('RESULT', head, i32(2), i32(1), i32(2), ...TABLE, ...COLUMNS, i32(count), ...Array(count).fill(row));
};

/** A statement is prepared; it has one value to bind, and a result of two columns. */
export const prepared = (statement: Buffer, head: Head = {}): Buffer => {
  const modern = (head.version ?? 4) >= 5;
  return answer(
    'RESULT',
    head,
    i32(4),
    short(statement),
    modern ? short(id(9)) : Buffer.alloc(0),
    i32(1),
    i32(1),
    i32(1),
    u16(0),
    ...TABLE,
    string('id'),
    u16(9),
    i32(1),
    i32(2),
    ...TABLE,
    ...COLUMNS,
  );
};

/** A segment of version 5 without compression. */
export function segment(payload: Uint8Array, whole = true): Buffer {
  const header = Buffer.alloc(6);
  header.writeUIntLE(payload.length | (whole ? 1 << 17 : 0), 0, 3);
  header.writeUIntLE(crc24(header, 0, 3), 3, 3);
  return Buffer.concat([header, payload, Buffer.alloc(4, 0xcc)]);
}

/** A segment of version 5 with LZ4; `original` is 0 for a payload that isn't compressed. */
export function lz4Segment(payload: Uint8Array, original: number, whole = true): Buffer {
  const header = Buffer.alloc(8);
  header.writeUIntLE(payload.length + original * 2 ** 17 + (whole ? 2 ** 34 : 0), 0, 5);
  header.writeUIntLE(crc24(header, 0, 5), 5, 3);
  return Buffer.concat([header, payload, Buffer.alloc(4, 0xcc)]);
}

/** An LZ4 block of literals only. */
export function lz4Literals(content: Uint8Array): Buffer {
  const { length } = content;
  if (length < 15) return Buffer.concat([Buffer.from([length << 4]), content]);
  const more = Array.from({ length: Math.floor((length - 15) / 255) }, () => 255);
  return Buffer.concat([Buffer.from([0xf0, ...more, (length - 15) % 255]), content]);
}
