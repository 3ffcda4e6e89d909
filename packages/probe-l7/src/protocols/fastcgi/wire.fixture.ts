/** A record: version, type, id, content, and padding to a multiple of eight. */
export function record(type: number, id: number, content: Uint8Array | string = ''): Buffer {
  const bytes = Buffer.from(content as string);
  const padding = (8 - (bytes.length % 8)) % 8;
  const head = [1, type, id >> 8, id & 255, bytes.length >> 8, bytes.length & 255, padding, 0];
  return Buffer.concat([Buffer.from(head), bytes, Buffer.alloc(padding)]);
}

const length = (size: number) =>
  Buffer.from(size < 128 ? [size] : [0x80 | (size >>> 24), (size >> 16) & 255, (size >> 8) & 255, size & 255]);

/** Name-value pairs. */
export function pairs(values: Readonly<Record<string, string>>): Buffer {
  const all = Object.entries(values).map(([name, value]) =>
    Buffer.concat([length(name.length), length(value.length), Buffer.from(name + value)]),
  );
  return Buffer.concat(all);
}

/** BEGIN_REQUEST of a role (1 responder, 2 authorizer, 3 filter). */
export function begin(id: number, role = 1, flags = 1): Buffer {
  return record(1, id, Buffer.from([0, role, flags, 0, 0, 0, 0, 0]));
}

/** A whole request with its parameters and its body. */
export function request(id: number, values: Readonly<Record<string, string>>, body = ''): Buffer {
  const stdin = body === '' ? [] : [record(5, id, body)];
  return Buffer.concat([begin(id), record(4, id, pairs(values)), record(4, id), ...stdin, record(5, id)]);
}

/** END_REQUEST with an exit status and a protocol status. */
export function end(id: number, appStatus = 0, protocolStatus = 0): Buffer {
  return record(3, id, Buffer.from([0, 0, appStatus >> 8, appStatus & 255, protocolStatus, 0, 0, 0]));
}

/** A whole answer: STDOUT, its end, and the end of the request. */
export function answer(id: number, stdout: string): Buffer {
  return Buffer.concat([record(6, id, stdout), record(6, id), end(id)]);
}
