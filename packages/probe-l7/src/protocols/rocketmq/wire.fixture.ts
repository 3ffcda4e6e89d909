/** Frames of RocketMQ, written independently of the readers. */
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

const frame = (form: number, header: Uint8Array, body: Uint8Array) =>
  Buffer.concat([i32(4 + header.length + body.length), i32(form * 2 ** 24 + header.length), header, body]);

/** Fixed fields of a command, and its extension fields. */
export interface CommandFields {
  code: number;
  opaque: number;
  flag?: number;
  fields?: Record<string, string>;
  body?: Uint8Array;
}

/** A frame whose header is JSON, with the names in alphabetical order as Java clients write them. */
export const inJson = ({ code, opaque, flag = 0, fields = {}, body = Buffer.alloc(0) }: CommandFields) =>
  frame(
    0,
    Buffer.from(JSON.stringify({ code, extFields: fields, flag, language: 'JAVA', opaque, version: 435 })),
    body,
  );

/** A frame whose header is in the binary form. */
export const inBinary = ({ code, opaque, flag = 0, fields = {}, body = Buffer.alloc(0) }: CommandFields) => {
  const parts = Object.entries(fields).flatMap(([key, value]) => [
    i16(key.length),
    Buffer.from(key),
    i32(Buffer.byteLength(value)),
    Buffer.from(value),
  ]);
  const all = Buffer.concat(parts);
  const fixed = [i16(code), Buffer.from([9]), i16(435), i32(opaque), i32(flag), i32(0), i32(all.length)];
  return frame(1, Buffer.concat([...fixed, all]), body);
};

/** A message as a broker stores it, with its properties. */
export const stored = (topic: string, properties: string, bytes = 9, addressBytes: 4 | 16 = 4) => {
  const host = Buffer.alloc(addressBytes + 4);
  const flags = addressBytes === 16 ? 0x30 : 0;
  const rest = Buffer.concat([
    ...[
      Buffer.from([0xda, 0xa3, 0x20, 0xa7]),
      i32(0),
      i32(1),
      i32(0),
      Buffer.alloc(16),
      i32(flags),
      Buffer.alloc(8),
      host,
    ],
    ...[Buffer.alloc(8), host, i32(0), Buffer.alloc(8), i32(bytes), Buffer.alloc(bytes)],
    ...[Buffer.from([topic.length]), Buffer.from(topic), i16(properties.length), Buffer.from(properties)],
  ]);
  return Buffer.concat([i32(rest.length + 4), rest]);
};

export const PROPERTIES =
  'KEYS\u0001o-17 o-18\u0002UNIQ_KEY\u0001AC1100010001\u0002TAGS\u0001paid\u0002traceparent\u000100-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\u0002';
/** SEND_MESSAGE_V2 of a message. */
export const send = (opaque: number, topic: string, body: Uint8Array = Buffer.from('payload')): CommandFields => ({
  code: 310,
  opaque,
  fields: { a: 'shop', b: topic, e: '3', i: PROPERTIES },
  body,
});
export const sent = (opaque: number, offset: number, code = 0): CommandFields => ({
  code,
  opaque,
  flag: 1,
  fields: { msgId: `0A00${opaque}`, queueId: '3', queueOffset: `${offset}` },
});
