/** Builds packets for tests, header by header. Checksums are left at 0: readers don't look at them. */

/** Fields of a TCP segment. */
export interface TcpFields {
  from?: number;
  to?: number;
  sequence?: number;
  /** Sets the ACK flag, too. */
  acknowledgment?: number;
  /** `S`, `F`, `R`, `P`. */
  flags?: string;
  payload?: string | Uint8Array;
}

const FLAGS: Record<string, number> = { F: 1, S: 2, R: 4, P: 8 };

/** A TCP segment; from port 4000 to 80, unless told otherwise. */
export function tcp(fields: TcpFields = {}): Buffer {
  const { from = 4000, to = 80, sequence = 0, acknowledgment, flags = '', payload = '' } = fields;
  const header = Buffer.alloc(20);
  header.writeUInt16BE(from, 0);
  header.writeUInt16BE(to, 2);
  header.writeUInt32BE(sequence >>> 0, 4);
  header.writeUInt32BE((acknowledgment ?? 0) >>> 0, 8);
  header[12] = 5 << 4;
  header[13] = [...flags].reduce((sum, flag) => sum | FLAGS[flag]!, acknowledgment === undefined ? 0 : 16);
  return Buffer.concat([header, Buffer.from(payload as Uint8Array)]);
}

/** A UDP datagram. */
export function udp(from: number, to: number, payload: string | Uint8Array): Buffer {
  const body = Buffer.from(payload as Uint8Array);
  const header = Buffer.alloc(8);
  header.writeUInt16BE(from, 0);
  header.writeUInt16BE(to, 2);
  header.writeUInt16BE(8 + body.length, 4);
  return Buffer.concat([header, body]);
}

/** What of an IPv4 header tests change. */
export interface Ipv4Fields {
  source?: string;
  destination?: string;
  protocol?: number;
  identification?: number;
  /** In bytes. */
  fragmentOffset?: number;
  moreFragments?: boolean;
  options?: Uint8Array;
  /** In place of the true one. */
  totalLength?: number;
}

/** An IPv4 packet from 10.0.0.1 to 10.0.0.2 with TCP in it, unless told otherwise. */
export function ipv4(payload: Uint8Array, fields: Ipv4Fields = {}): Buffer {
  const { source = '10.0.0.1', destination = '10.0.0.2', protocol = 6, options = new Uint8Array(0) } = fields;
  const header = Buffer.alloc(20 + options.length);
  header[0] = 0x40 | (header.length / 4);
  header.writeUInt16BE(fields.totalLength ?? header.length + payload.length, 2);
  header.writeUInt16BE(fields.identification ?? 0, 4);
  header.writeUInt16BE((fields.moreFragments ? 0x2000 : 0) | ((fields.fragmentOffset ?? 0) / 8), 6);
  header[8] = 64;
  header[9] = protocol;
  header.set(source.split('.').map(Number), 12);
  header.set(destination.split('.').map(Number), 16);
  header.set(options, 20);
  return Buffer.concat([header, payload]);
}

/** An IPv6 packet from fd00::1 to fd00::2. `extensions` stand between the header and the payload. */
export function ipv6(payload: Uint8Array, protocol = 6, extensions: [number, Uint8Array][] = []): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.set([0xfd, 0, ...Array(13).fill(0), 1, 0xfd, 0, ...Array(13).fill(0), 2], 8);
  const chain = extensions.map(([, bytes], index) => {
    const copy = Buffer.from(bytes);
    copy[0] = extensions[index + 1]?.[0] ?? protocol;
    return copy;
  });
  header[6] = extensions[0]?.[0] ?? protocol;
  header[7] = 64;
  const rest = Buffer.concat([...chain, payload]);
  header.writeUInt16BE(rest.length, 4);
  return Buffer.concat([header, rest]);
}

/** An Ethernet frame; `tags` are VLAN tags (ethertype, id), outermost first. */
export function ethernet(payload: Uint8Array, tags: [number, number][] = [], ethertype?: number): Buffer {
  const type = ethertype ?? (payload[0]! >> 4 === 6 ? 0x86dd : 0x0800);
  const header = Buffer.alloc(14 + 4 * tags.length);
  header.fill(2, 0, 12);
  let at = 12;
  for (const [tag, id] of tags) {
    header.writeUInt16BE(tag, at);
    header.writeUInt16BE(id, at + 2);
    at += 4;
  }
  header.writeUInt16BE(type, at);
  return Buffer.concat([header, payload]);
}

/** A block of a pcapng file. */
export function pcapngBlock(type: number, body: Uint8Array, little = true): Buffer {
  const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
  const block = Buffer.alloc(12 + padded.length);
  const write = (value: number, at: number) =>
    little ? block.writeUInt32LE(value, at) : block.writeUInt32BE(value, at);
  write(type, 0);
  write(block.length, 4);
  block.set(padded, 8);
  write(block.length, block.length - 4);
  return block;
}

/** Fields of a block, each with its size in bytes. */
export function fields(little: boolean, ...values: [size: 1 | 2 | 4, value: number][]): Buffer {
  return Buffer.concat(
    values.map(([size, value]) => {
      const bytes = Buffer.alloc(size);
      if (little) bytes.writeUIntLE(value, 0, size);
      else bytes.writeUIntBE(value, 0, size);
      return bytes;
    }),
  );
}
