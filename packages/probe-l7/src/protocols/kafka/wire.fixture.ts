/** Parts of Kafka messages, written independently of the reader. */
export const i8 = (value: number) => Buffer.from([value & 255]);
export const i16 = (value: number) => {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
};
export const i32 = (value: number) => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
};
export const i64 = (value: number) => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64BE(BigInt(value));
  return buffer;
};
export const str = (text: string) => Buffer.concat([i16(text.length), Buffer.from(text)]);
/** A compact string of fewer than 127 bytes. */
export const compact = (text: string) => Buffer.concat([i8(text.length + 1), Buffer.from(text)]);
export const sized = (...parts: Uint8Array[]) => {
  const whole = Buffer.concat(parts);
  return Buffer.concat([i32(whole.length), whole]);
};
/** A request; flexible ones have an empty set of tagged fields after the client's name. */
export const request = (key: number, version: number, id: number, body: Uint8Array[], flexible = false) =>
  sized(i16(key), i16(version), i32(id), str('shop'), ...(flexible ? [i8(0)] : []), ...body);
export const response = (id: number, ...body: Uint8Array[]) => sized(i32(id), ...body);

/** A record batch of format 2 with that many records of which only the size is right. */
export function batch(baseOffset: number, count: number, bytes: number): Buffer {
  const head = [i32(0), i8(2), i32(0), i16(1), i32(count - 1), i64(0), i64(0), i64(-1), i16(-1), i32(-1), i32(count)];
  const rest = Buffer.concat([...head, Buffer.alloc(bytes)]);
  return Buffer.concat([i64(baseOffset), i32(rest.length), rest]);
}

/** Produce, version 7, for one partition. */
export const produce = (id: number, topic: string, records: Buffer, acks = -1) =>
  request(0, 7, id, [i16(-1), i16(acks), i32(1000), i32(1), str(topic), i32(1), i32(0), i32(records.length), records]);
export const produced = (id: number, topic: string, offset: number, error = 0) =>
  response(id, i32(1), str(topic), i32(1), i32(0), i16(error), i64(offset), i64(-1), i64(0), i32(0));
/** Fetch, version 13, of one partition of a topic named by id. */
export const fetchById = (id: number, topic: Buffer) =>
  request(
    1,
    13,
    id,
    [i32(-1), i32(500), i32(1), i32(1 << 20), i8(0), i32(0), i32(0), i8(2), topic, i8(2)].concat([
      i32(3),
      i32(0),
      i64(42),
      i32(-1),
      i64(0),
      i32(1000),
      i8(0),
      i8(0),
      i8(1),
      i8(1),
      i8(0),
    ]),
    true,
  );
