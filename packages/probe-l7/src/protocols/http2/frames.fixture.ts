import { PREFACE } from './frames.js';

/** A frame; the payload's length is filled in. */
export function frame(type: number, flags: number, stream: number, payload: Uint8Array | string = ''): Buffer {
  const body = Buffer.from(payload as string, 'latin1');
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
}

/** Names that every encoder takes from the static table. */
const PSEUDO: Record<string, number> = { ':authority': 1, ':method': 2, ':path': 4, ':scheme': 6, ':status': 8 };

/** A header block of literals that no table keeps. */
export function block(fields: Record<string, string>): Buffer {
  const text = (value: string) => {
    const body = Buffer.from(value, 'latin1');
    if (body.length < 127) return Buffer.concat([Buffer.of(body.length), body]);
    const bytes = [127];
    let rest = body.length - 127;
    for (; rest > 127; rest >>= 7) bytes.push((rest & 127) | 128);
    return Buffer.concat([Buffer.from([...bytes, rest]), body]);
  };
  return Buffer.concat(
    Object.entries(fields).flatMap(([name, value]) => [
      ...(name in PSEUDO ? [Buffer.of(PSEUDO[name]!)] : [Buffer.of(0), text(name)]),
      text(value),
    ]),
  );
}

export const END_STREAM = 1;
export const END_HEADERS = 4;

/** HEADERS of a request, which is its end unless `open`. */
export function request(stream: number, path: string, more: Record<string, string> = {}, open = false): Buffer {
  const pseudo = { ':method': open ? 'POST' : 'GET', ':path': path, ':scheme': 'http', ':authority': 'shop.test' };
  return frame(1, END_HEADERS | (open ? 0 : END_STREAM), stream, block({ ...pseudo, ...more }));
}

/** HEADERS of a response, which is its end unless `open`. */
export function response(stream: number, status: number, more: Record<string, string> = {}, open = false): Buffer {
  return frame(1, END_HEADERS | (open ? 0 : END_STREAM), stream, block({ ':status': String(status), ...more }));
}

/** HEADERS that end a message. */
export const trailers = (stream: number, fields: Record<string, string>) =>
  frame(1, END_HEADERS | END_STREAM, stream, block(fields));

export const data = (stream: number, payload: Uint8Array | string, end = false) =>
  frame(0, end ? 1 : 0, stream, payload);

/** A length-prefixed message of gRPC. */
export function message(length: number): Buffer {
  const bytes = Buffer.alloc(5 + length, 0x61);
  bytes.writeUInt32BE(length, 1);
  bytes[0] = 0;
  return bytes;
}

/** What a client sends first, and a server. */
export const CLIENT_START = Buffer.concat([Buffer.from(PREFACE), frame(4, 0, 0)]);
export const SERVER_START = frame(4, 0, 0, Buffer.from([0, 3, 0, 0, 0, 100]));
