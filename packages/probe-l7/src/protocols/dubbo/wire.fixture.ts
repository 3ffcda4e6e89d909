/** Parts of Dubbo messages, written independently of the readers. */
export const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);
export const u32 = (value: number) => Buffer.from([value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);

/** A Hessian string of ASCII. */
export const str = (text: string) => {
  const head =
    text.length < 32 ? Buffer.from([text.length]) : Buffer.from([0x30 + (text.length >> 8), text.length & 255]);
  return Buffer.concat([head, Buffer.from(text, 'latin1')]);
};

/** A Hessian map of strings. */
export const map = (entries: Record<string, string>) =>
  Buffer.concat([Buffer.from('H'), ...Object.entries(entries).flatMap((entry) => entry.map(str)), Buffer.from('Z')]);

/** A message: flags with the serialization, status, id, body. */
export const frame = (flags: number, status: number, id: number | bigint, ...body: Uint8Array[]) => {
  const whole = Buffer.concat(body);
  const head = Buffer.alloc(16);
  head.set([0xda, 0xbb, flags, status]);
  head.writeBigInt64BE(BigInt(id), 4);
  head.writeInt32BE(whole.length, 12);
  return Buffer.concat([head, whole]);
};

/** The head of a call in Hessian: `2.0.2`, path, version, method, types. */
export const head = (method: string, types = '') =>
  Buffer.concat(['2.0.2', 'shop.Cart', '0.0.0', method, types].map(str));

/** A call that awaits an answer; `rest` are its arguments and attachments. */
export const call = (id: number | bigint, method: string, types = '', ...rest: Uint8Array[]) =>
  frame(0xc2, 0, id, head(method, types), ...rest);

/** An answer in Hessian: 0 an exception, 1 a value, 2 nothing; from 3 on with attachments. */
export const answer = (id: number | bigint, result: number, ...value: Uint8Array[]) =>
  frame(2, 20, id, Buffer.from([0x90 + result]), ...value);
