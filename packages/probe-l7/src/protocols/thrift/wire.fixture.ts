const u16 = (value: number) => Buffer.from([(value >> 8) & 255, value & 255]);
const u32 = (value: number) => Buffer.concat([u16((value >>> 16) & 0xffff), u16(value & 0xffff)]);

/** An empty struct, and a result: success is a field 0, a declared exception another one. */
export const EMPTY = Buffer.from([0]);
export const SUCCESS = Buffer.from([8, 0, 0, 0, 0, 0, 7, 0]);
export const THREW = Buffer.from([12, 0, 2, 0, 0]);

/** A message of the strict binary protocol, without frame. */
export function strict(type: number, name: string, sequence: number, struct: Uint8Array = EMPTY): Buffer {
  return Buffer.concat([Buffer.from([0x80, 1, 0, type]), u32(name.length), Buffer.from(name), u32(sequence), struct]);
}

/** A message of the binary protocol before it had versions, without frame. */
export function old(type: number, name: string, sequence: number, struct: Uint8Array = EMPTY): Buffer {
  return Buffer.concat([u32(name.length), Buffer.from(name), Buffer.from([type]), u32(sequence), struct]);
}

/** A message of the compact protocol, without frame; ids and names below 128 only. */
export function compact(type: number, name: string, sequence: number, struct: Uint8Array = EMPTY): Buffer {
  const head = Buffer.from([0x82, (type << 5) | 1, sequence, name.length]);
  return Buffer.concat([head, Buffer.from(name), struct]);
}

/** A message behind its length. */
export function frame(message: Uint8Array): Buffer {
  return Buffer.concat([u32(message.length), message]);
}

/** A message behind a THeader: its protocol (0 binary, 2 compact), then transformations. */
export function header(message: Uint8Array, protocol: number, transforms: readonly number[] = []): Buffer {
  const fields = [protocol, transforms.length, ...transforms];
  while (fields.length % 4 !== 0) fields.push(0);
  const head = Buffer.concat([Buffer.from([0x0f, 0xff, 0, 0]), u32(1), u16(fields.length / 4), Buffer.from(fields)]);
  return frame(Buffer.concat([head, message]));
}

/** TApplicationException: text, then type. */
export function exception(text: string, type: number): Buffer {
  const head = Buffer.concat([Buffer.from([11, 0, 1]), u32(text.length), Buffer.from(text)]);
  return Buffer.concat([head, Buffer.from([8, 0, 2]), u32(type), EMPTY]);
}
